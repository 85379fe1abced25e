package dev.terrace.admin;

import dev.terrace.purge.Purger.Asked;
import java.util.LinkedHashMap;
import java.util.Optional;

/// The receipts of the last purges by id; the oldest are forgotten first. A purge that comes again
/// under an id that is forgotten is applied again, which costs fetches and nothing else. Safe for
/// use by any thread.
final class Receipts {
  static final int MAX_RECEIPTS = 1_000;

  /// Of all of them.
  private static final int MAX_SCOPES = 100_000;

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

  private final LinkedHashMap<String, Purge> byId = new LinkedHashMap<>();
  private int scopes;

  /// Whoever is told [Begun.First] calls [#keep] or [#abandon].
  synchronized Begun begin(String id, Asked asked) {
    Purge known = byId.get(id);
    if (known == null) {
      byId.put(id, new Purge(asked, false));
      scopes += asked.scopes().size();
      while (byId.size() > MAX_RECEIPTS || (scopes > MAX_SCOPES && byId.size() > 1)) {
        scopes -= byId.pollFirstEntry().getValue().asked().scopes().size();
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
    Purge purge = byId.get(id);
    if (purge != null && !purge.isApplied()) {
      byId.remove(id);
      scopes -= purge.asked().scopes().size();
    }
  }

  /// What was asked for under this id, if it was applied.
  synchronized Optional<Asked> find(String id) {
    return Optional.ofNullable(byId.get(id)).filter(Purge::isApplied).map(Purge::asked);
  }
}
