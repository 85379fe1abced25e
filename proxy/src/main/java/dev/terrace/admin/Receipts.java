package dev.terrace.admin;

import dev.terrace.purge.Purger.Asked;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The receipts of the last purges by id; the oldest are forgotten first. A purge that comes again
/// under an id that is forgotten is applied again, which costs fetches and nothing else. Safe for
/// use by any thread.
final class Receipts {
  static final int MAX_RECEIPTS = 1_000;

  /// What became of a purge that is to begin.
  sealed interface Begun {
    /// It is the caller's to apply.
    record First() implements Begun {}

    /// It was applied before.
    record Again() implements Begun {}

    /// It is being applied.
    record UnderWay() implements Begun {}

    /// The id is that of a purge that covers something else.
    record Other() implements Begun {}
  }

  private record Purge(Asked asked, boolean isApplied) {}

  private final Map<String, Purge> byId = new LinkedHashMap<>();

  /// Whoever is told [Begun.First] calls [#keep] or [#abandon].
  synchronized Begun begin(String id, Asked asked) {
    Purge known = byId.get(id);
    if (known == null) {
      byId.put(id, new Purge(asked, false));
      if (byId.size() > MAX_RECEIPTS) {
        byId.remove(byId.keySet().iterator().next());
      }
      return new Begun.First();
    }
    if (!known.asked().equals(asked)) {
      return new Begun.Other();
    }
    return known.isApplied() ? new Begun.Again() : new Begun.UnderWay();
  }

  synchronized void keep(String id) {
    byId.computeIfPresent(id, (_, purge) -> new Purge(purge.asked(), true));
  }

  /// Forgets a purge that failed; harmless after [#keep].
  synchronized void abandon(String id) {
    byId.computeIfPresent(id, (_, purge) -> purge.isApplied() ? purge : null);
  }

  /// What was asked for under this id, if it was applied.
  synchronized Optional<Asked> find(String id) {
    return Optional.ofNullable(byId.get(id)).filter(Purge::isApplied).map(Purge::asked);
  }
}
