package dev.terrace.purge.redis;

import dev.terrace.purge.PurgeRequest;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import dev.terrace.purge.ScopeFormat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// A purge of many scopes, as several records of the log: `id`, `id:1`, `id:2` and so on.
final class Parts {
  /// Scopes of one record.
  static final int MOST_SCOPES = 100;

  /// Bytes of the scopes of one record.
  private static final int MOST_BYTES = ScopeFormat.LONGEST;

  private Parts() {}

  static List<PurgeRequest> of(
      String id, List<Scope> scopes, Mode mode, Instant at, RandomGenerator random) {
    List<PurgeRequest> parts = new ArrayList<>();
    // In one order, so that the same purge makes the same records wherever it is asked for.
    List<Scope> sorted = scopes.stream().sorted(Comparator.comparing(Scope::toString)).toList();
    int from = 0;
    while (from < sorted.size()) {
      int end = end(sorted, from);
      List<Scope> some = sorted.subList(from, end);
      parts.add(new PurgeRequest(id(id, parts.size()), random.nextLong(), some, mode, at));
      from = end;
    }
    return parts;
  }

  /// How far the part goes that begins here.
  private static int end(List<Scope> scopes, int from) {
    int end = from + 1;
    int bytes = ScopeFormat.mostBytes(scopes.get(from));
    while (end < scopes.size() && end < from + MOST_SCOPES) {
      bytes += ScopeFormat.mostBytes(scopes.get(end));
      if (bytes > MOST_BYTES) {
        break;
      }
      end++;
    }
    return end;
  }

  /// The ids of the parts that are known.
  static List<String> ids(String id, Predicate<String> isKnown) {
    List<String> ids = new ArrayList<>();
    while (isKnown.test(id(id, ids.size()))) {
      ids.add(id(id, ids.size()));
    }
    return ids;
  }

  private static String id(String id, int part) {
    return part == 0 ? id : id + ":" + part;
  }
}
