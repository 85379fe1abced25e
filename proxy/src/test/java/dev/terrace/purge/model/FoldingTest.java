package dev.terrace.purge.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.purge.Fence;
import dev.terrace.purge.Fenced;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.PurgeTable.Bounds;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import dev.terrace.purge.Verdict;
import dev.terrace.rules.Pattern;
import dev.terrace.rules.UrlKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The model's purges all cover its one key. Here are the tables: every sequence of a few purges of
/// every scope, in tables that have room for one of each kind, against a list that forgets nothing.
final class FoldingTest {
  private static final int PURGES = 3;
  private static final UrlKey URL = new UrlKey("a.example", "/shop/1");
  private static final Set<String> TAGS = Set.of("red");

  private record Known(Scope scope, boolean covers) {}

  private record Applied(Known known, Mode mode) {}

  private static final List<Known> SCOPES =
      List.of(
          new Known(new Scope.Everything(), true),
          new Known(new Scope.Url(URL), true),
          new Known(new Scope.Url(new UrlKey("a.example", "/shop/2")), false),
          new Known(new Scope.Path("/shop/1"), true),
          new Known(new Scope.Tag("red"), true),
          new Known(new Scope.Tag("blue"), false),
          new Known(new Scope.Prefix("/shop"), true),
          new Known(new Scope.Prefix("/shop/2"), false),
          new Known(new Scope.Pattern(Pattern.of("/shop/*")), true),
          new Known(new Scope.Pattern(Pattern.of("/cart/*")), false));

  @Test
  void foldedTablesNeverSayBetterThanAListOfAllPurges() {
    extend(new ArrayList<>());
  }

  private void extend(List<Applied> purges) {
    check(purges);
    if (purges.size() == PURGES) {
      return;
    }
    for (Known known : SCOPES) {
      for (Mode mode : Mode.values()) {
        purges.add(new Applied(known, mode));
        extend(purges);
        purges.removeLast();
      }
    }
  }

  /// Entries of every age, one judged after each purge and one only at the end.
  private static void check(List<Applied> purges) {
    PurgeTable table = new PurgeTable(1, new Bounds(1, 1, 1));
    List<Fenced> watched = new ArrayList<>();
    watched.add(entry(table.capture()));
    for (Applied purge : purges) {
      table.purge(purge.known().scope(), purge.mode());
      watched.forEach(table::judge);
      watched.add(entry(table.capture()));
    }
    for (int age = 0; age <= purges.size(); age++) {
      Verdict truth = truth(purges.subList(age, purges.size()));
      Fenced unwatched = entry(new Fence(1, age));
      for (Fenced entry : List.of(watched.get(age), unwatched)) {
        Verdict verdict = table.judge(entry);
        assertThat(verdict == truth || verdict == Verdict.SUSPECT && age < table.floor())
            .as("%s after %s: %s, in truth %s", entry.fence(), purges, verdict, truth)
            .isTrue();
      }
    }
  }

  private static Fenced entry(Fence fence) {
    return new Fenced(fence, URL, TAGS);
  }

  private static Verdict truth(List<Applied> later) {
    Verdict verdict = Verdict.CURRENT;
    for (Applied purge : later) {
      if (purge.known().covers() && purge.mode() == Mode.HARD) {
        return Verdict.PURGED;
      }
      if (purge.known().covers()) {
        verdict = Verdict.SOFT_PURGED;
      }
    }
    return verdict;
  }
}
