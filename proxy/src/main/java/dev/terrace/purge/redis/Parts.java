package dev.terrace.purge.redis;

import dev.terrace.purge.PurgeRequest;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// A purge of many scopes, as several records of the log: `id`, `id:1`, `id:2` and so on.
final class Parts {
  /// Scopes of one record: with URLs of 8 KiB it fits.
  static final int MOST_SCOPES = 100;

  private Parts() {}

  static List<PurgeRequest> of(
      String id, List<Scope> scopes, Mode mode, Instant at, RandomGenerator random) {
    List<PurgeRequest> parts = new ArrayList<>();
    for (int from = 0; from < scopes.size(); from += MOST_SCOPES) {
      List<Scope> some = scopes.subList(from, Math.min(scopes.size(), from + MOST_SCOPES));
      parts.add(new PurgeRequest(id(id, parts.size()), random.nextLong(), some, mode, at));
    }
    return parts;
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
