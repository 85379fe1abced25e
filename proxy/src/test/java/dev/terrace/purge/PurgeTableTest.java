package dev.terrace.purge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.purge.PurgeTable.Bounds;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.rules.UrlKey;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PurgeTableTest {
  private static final long LINEAGE = 42;
  private static final UrlKey PAGE = new UrlKey("a.example", "/products/1?x=2");
  private static final UrlKey OTHER = new UrlKey("a.example", "/products/2");

  private final PurgeTable table = new PurgeTable(LINEAGE);

  @Test
  void withoutPurgesEverythingIsCurrent() {
    assertThat(table.judge(entry(PAGE))).isEqualTo(Verdict.CURRENT);
  }

  @Test
  void aPurgeOfAUrlCoversItAndNoOther() {
    covers(new Scope.Url(PAGE), PAGE, OTHER);
  }

  @Test
  void aPurgeOfAUrlDoesNotCoverTheSamePathOfAnotherHost() {
    covers(new Scope.Url(PAGE), PAGE, new UrlKey("b.example", PAGE.pathAndQuery()));
  }

  @Test
  void aPurgeOfAPathCoversEveryHost() {
    covers(new Scope.Path("/products/2"), new UrlKey("b.example", "/products/2"), PAGE);
  }

  @Test
  void aPurgeOfAPrefixCoversWhatBeginsWithItAndNothingElse() {
    covers(new Scope.Prefix("/products/1"), PAGE, OTHER);
    covers(new Scope.Prefix("/products/1"), new UrlKey("a.example", "/products/17"), OTHER);
  }

  @Test
  void aPurgeOfATagCoversEntriesThatCarryItAndNoOthers() {
    Fenced tagged = entry(PAGE, "red", "blue");
    Fenced untagged = entry(PAGE, "green");

    table.purge(new Scope.Tag("blue"), Mode.HARD);

    assertThat(table.judge(tagged)).isEqualTo(Verdict.PURGED);
    assertThat(table.judge(untagged)).isEqualTo(Verdict.CURRENT);
  }

  @Test
  void aTagIsNoPathAndAPathIsNoTag() {
    Fenced tagged = entry(OTHER, "/products/1?x=2");
    Fenced page = entry(PAGE, "/products/2");

    table.purge(new Scope.Path("/products/1?x=2"), Mode.HARD);

    assertThat(table.judge(tagged)).isEqualTo(Verdict.CURRENT);
    assertThat(table.judge(page)).isEqualTo(Verdict.PURGED);
  }

  @Test
  void aPurgeOfEverythingCoversEverythingFetchedBeforeAndNothingAfter() {
    Fenced before = entry(PAGE);

    table.purge(new Scope.Everything(), Mode.HARD);

    assertThat(table.judge(before)).isEqualTo(Verdict.PURGED);
    assertThat(table.judge(entry(PAGE))).isEqualTo(Verdict.CURRENT);
  }

  @Test
  void aPurgeOfEverythingForgetsThePurgesThatItCovers() {
    table.purge(new Scope.Url(PAGE), Mode.HARD);
    table.purge(new Scope.Prefix("/"), Mode.SOFT);

    Fence stamp = table.purge(new Scope.Everything(), Mode.HARD);

    assertThat(table.remembered())
        .containsExactly(new Purge(new Scope.Everything(), Mode.HARD, stamp.stamp()));
  }

  @Test
  void aSoftPurgeMakesStaleAndAHardOneOnTopPurges() {
    Fenced entry = entry(PAGE);

    table.purge(new Scope.Url(PAGE), Mode.SOFT);
    assertThat(table.judge(entry)).isEqualTo(Verdict.SOFT_PURGED);

    table.purge(new Scope.Url(PAGE), Mode.HARD);
    assertThat(table.judge(entry)).isEqualTo(Verdict.PURGED);

    table.purge(new Scope.Url(PAGE), Mode.SOFT);
    assertThat(table.judge(entry)).isEqualTo(Verdict.PURGED);
  }

  @Test
  void aFetchBetweenAHardAndASoftPurgeIsStaleOnly() {
    table.purge(new Scope.Url(PAGE), Mode.HARD);
    Fenced entry = entry(PAGE);
    table.purge(new Scope.Url(PAGE), Mode.SOFT);

    assertThat(table.judge(entry)).isEqualTo(Verdict.SOFT_PURGED);
  }

  @Test
  void anEntryOfAnotherLineageIsSuspect() {
    assertThat(table.judge(new Fenced(new Fence(7, 0), PAGE, Set.of()))).isEqualTo(Verdict.SUSPECT);
  }

  @Test
  void aFenceAboveWhatIsKnownIsSuspect() {
    assertThat(table.judge(new Fenced(new Fence(LINEAGE, 1), PAGE, Set.of())))
        .isEqualTo(Verdict.SUSPECT);
  }

  @Test
  void aFetchUnderWayIsCoveredByAPurgeThatCameAfterItBegan() {
    Fence fence = table.capture();
    assertThat(table.isCovered(fence, PAGE, Set.of())).isFalse();

    table.purge(new Scope.Tag("red"), Mode.SOFT);

    assertThat(table.isCovered(fence, PAGE, Set.of())).isFalse();
    assertThat(table.isCovered(fence, PAGE, Set.of("red"))).isTrue();
    assertThat(table.isCovered(table.capture(), PAGE, Set.of("red"))).isFalse();
  }

  @Test
  void pastItsBoundTheNamePurgedLongestAgoIsForgottenAndWhatIsOlderIsSuspect() {
    PurgeTable small = new PurgeTable(LINEAGE, new Bounds(2, 1, 1));
    Fenced untouched = entry(small, OTHER);
    Fenced first = entry(small, PAGE);
    small.purge(new Scope.Url(PAGE), Mode.HARD);
    Fenced later = entry(small, OTHER);
    small.purge(new Scope.Tag("a"), Mode.HARD);
    assertThat(small.judge(untouched)).isEqualTo(Verdict.CURRENT);

    small.purge(new Scope.Tag("b"), Mode.HARD);

    assertThat(small.floor()).isEqualTo(1);
    assertThat(small.judge(first)).isEqualTo(Verdict.SUSPECT);
    assertThat(small.judge(untouched)).isEqualTo(Verdict.SUSPECT);
    assertThat(small.judge(later)).isEqualTo(Verdict.CURRENT);
  }

  @Test
  void aNameThatIsPurgedAgainIsForgottenLast() {
    PurgeTable small = new PurgeTable(LINEAGE, new Bounds(2, 1, 1));
    Fenced entry = entry(small, PAGE, "a");
    small.purge(new Scope.Tag("a"), Mode.HARD);
    small.purge(new Scope.Tag("b"), Mode.HARD);
    small.purge(new Scope.Tag("a"), Mode.HARD);

    small.purge(new Scope.Tag("c"), Mode.HARD);

    assertThat(small.floor()).isEqualTo(2);
    assertThat(small.judge(entry)).isEqualTo(Verdict.PURGED);
  }

  @Test
  void pastItsBoundAPrefixIsForgotten() {
    PurgeTable small = new PurgeTable(LINEAGE, new Bounds(9, 1, 1));
    Fenced entry = entry(small, PAGE);
    small.purge(new Scope.Prefix("/products"), Mode.HARD);

    small.purge(new Scope.Prefix("/other"), Mode.HARD);

    assertThat(small.judge(entry)).isEqualTo(Verdict.SUSPECT);
  }

  @Test
  void whatWasJudgedPurgedStaysPurgedWhenThePurgeIsForgotten() {
    PurgeTable small = new PurgeTable(LINEAGE, new Bounds(1, 1, 1));
    Fenced entry = entry(small, PAGE);
    small.purge(new Scope.Url(PAGE), Mode.HARD);
    assertThat(small.judge(entry)).isEqualTo(Verdict.PURGED);

    small.purge(new Scope.Url(OTHER), Mode.HARD);

    assertThat(small.judge(entry)).isEqualTo(Verdict.PURGED);
  }

  @Test
  void aPurgeInTheMiddleOfAJudgementIsSeenByTheNextOne() {
    Fence fence = table.capture();
    table.purge(new Scope.Url(OTHER), Mode.HARD);
    boolean[] purged = new boolean[1];
    AbstractSet<String> tags =
        new AbstractSet<>() {
          @Override
          public Iterator<String> iterator() {
            if (!purged[0]) {
              purged[0] = true;
              table.purge(new Scope.Url(PAGE), Mode.HARD);
            }
            return Collections.emptyIterator();
          }

          @Override
          public int size() {
            return 0;
          }
        };
    Fenced entry = new Fenced(tags, fence, PAGE);

    assertThat(table.judge(entry)).as("the URL was looked up before").isEqualTo(Verdict.CURRENT);
    assertThat(purged[0]).isTrue();
    assertThat(table.judge(entry)).isEqualTo(Verdict.PURGED);
  }

  @Test
  void aTableMadeOfWhatAnotherRemembersJudgesAlike() {
    PurgeTable old = new PurgeTable(LINEAGE, new Bounds(2, 2, 2));
    old.purge(new Scope.Everything(), Mode.SOFT);
    Fence afterSoft = old.capture();
    old.purge(new Scope.Url(PAGE), Mode.HARD);
    old.purge(new Scope.Prefix("/p"), Mode.SOFT);
    Fence beforeTags = old.capture();
    old.purge(new Scope.Tag("a"), Mode.HARD);
    old.purge(new Scope.Tag("b"), Mode.HARD);

    PurgeTable restored = new PurgeTable(LINEAGE, new Bounds(2, 2, 2));
    old.remembered().forEach(restored::restore);
    restored.restore(old.capture().stamp(), old.floor());

    assertThat(restored.capture()).isEqualTo(old.capture());
    for (Fence fence : Set.of(new Fence(LINEAGE, 0), afterSoft, beforeTags, old.capture())) {
      for (UrlKey url : Set.of(PAGE, OTHER, new UrlKey("c.example", "/"))) {
        for (Set<String> tags : Set.of(Set.<String>of(), Set.of("a"), Set.of("b"))) {
          assertThat(restored.judge(new Fenced(fence, url, tags)))
              .as("%s %s %s", fence, url, tags)
              .isEqualTo(old.judge(new Fenced(fence, url, tags)));
        }
      }
    }
  }

  private void covers(Scope scope, UrlKey covered, UrlKey notCovered) {
    Fenced inside = entry(covered);
    Fenced outside = entry(notCovered);

    table.purge(scope, Mode.HARD);

    assertThat(table.judge(inside)).isEqualTo(Verdict.PURGED);
    assertThat(table.judge(outside)).isEqualTo(Verdict.CURRENT);
    assertThat(table.judge(entry(covered))).isEqualTo(Verdict.CURRENT);
  }

  private Fenced entry(UrlKey url, String... tags) {
    return entry(table, url, tags);
  }

  private static Fenced entry(PurgeTable table, UrlKey url, String... tags) {
    return new Fenced(table.capture(), url, Set.of(tags));
  }
}
