package dev.terrace.admin;

import dev.terrace.purge.Fence;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// The receipts of the last purges by id; the oldest are forgotten first. A purge that comes again
/// under an id that is forgotten is applied again, which costs fetches and nothing else. Safe for
/// use by any thread.
final class Receipts {
  static final int MAX_RECEIPTS = 1_000;

  /// What a purge covers, by which one that comes again is told from another.
  record Asked(Set<Scope> scopes, Mode mode) {
    Asked {
      scopes = Set.copyOf(scopes);
    }
  }

  /// What a purge was answered.
  ///
  /// @param fence not below its stamp
  record Receipt(int status, ObjectNode json, Fence fence) {}

  /// What became of a purge that is to begin.
  sealed interface Begun {
    /// It is the caller's to apply.
    record First() implements Begun {}

    /// It was applied before.
    record Again(Receipt receipt) implements Begun {}

    /// It is being applied.
    record UnderWay() implements Begun {}

    /// The id is that of a purge that covers something else.
    record Other() implements Begun {}
  }

  private record Purge(Asked asked, Optional<Receipt> receipt) {}

  private final Map<String, Purge> byId = new LinkedHashMap<>();

  /// Whoever is told [Begun.First] calls [#keep] or [#abandon].
  synchronized Begun begin(String id, Asked asked) {
    Purge known = byId.get(id);
    if (known == null) {
      byId.put(id, new Purge(asked, Optional.empty()));
      if (byId.size() > MAX_RECEIPTS) {
        byId.remove(byId.keySet().iterator().next());
      }
      return new Begun.First();
    }
    if (!known.asked().equals(asked)) {
      return new Begun.Other();
    }
    return known.receipt().<Begun>map(Begun.Again::new).orElseGet(Begun.UnderWay::new);
  }

  synchronized void keep(String id, Receipt receipt) {
    byId.computeIfPresent(id, (_, purge) -> new Purge(purge.asked(), Optional.of(receipt)));
  }

  /// Forgets a purge that failed; harmless after [#keep].
  synchronized void abandon(String id) {
    byId.computeIfPresent(id, (_, purge) -> purge.receipt().isEmpty() ? null : purge);
  }

  synchronized Optional<Receipt> find(String id) {
    return Optional.ofNullable(byId.get(id)).flatMap(Purge::receipt);
  }
}
