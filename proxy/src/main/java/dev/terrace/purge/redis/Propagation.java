package dev.terrace.purge.redis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/// How long purges accepted here take until every other instance has applied them. Those of a log
/// that is left, and the oldest of too many, are not measured. Guarded by its owner.
final class Propagation {
  private static final int MOST = 10_000;

  private record Logged(long seq, long acceptedNanos) {}

  private final Map<String, Long> accepted =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MOST;
        }
      };

  private final PriorityQueue<Logged> logged =
      new PriorityQueue<>(Comparator.comparingLong(Logged::seq));

  void accepted(String id, long nowNanos) {
    accepted.put(id, nowNanos);
  }

  void forget(List<String> ids) {
    ids.forEach(accepted::remove);
  }

  void logged(String id, long seq) {
    Long since = accepted.remove(id);
    if (since != null) {
      logged.add(new Logged(seq, since));
      if (logged.size() > MOST) {
        logged.remove();
      }
    }
  }

  void leaveLog() {
    logged.clear();
  }

  /// @param seq up to which everybody has applied the log
  /// @return how long those took that have arrived by now, in nanoseconds
  List<Long> arrived(long seq, long nowNanos) {
    List<Long> durations = new ArrayList<>();
    while (!logged.isEmpty() && logged.element().seq() <= seq) {
      durations.add(nowNanos - logged.remove().acceptedNanos());
    }
    return durations;
  }
}
