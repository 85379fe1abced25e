package dev.terrace.flow;

import dev.terrace.purge.PurgeTable;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.VariantKey;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The fetches under way in this instance, one a key, or one a key and variant once the variant is
/// known. Joining is lock-free but for the map's own bins; bounded by the target's limits, as each
/// fetch holds or waits for a connection. Safe for use by any thread.
final class Fetches {
  /// What a fetch is found by: [VariantKey#NONE] while the variant is not known.
  record Slot(CacheKey key, VariantKey variant) {}

  /// A fetch, and whether the caller began it.
  record Joined(Fetch fetch, Role role) {}

  enum Role {
    LEADER,
    FOLLOWER
  }

  private final ConcurrentMap<Slot, Fetch> underWay = new ConcurrentHashMap<>();
  private final AtomicLong order = new AtomicLong();
  private final PurgeTable purges;

  Fetches(PurgeTable purges) {
    this.purges = purges;
  }

  /// The place of a request that arrives now: fetches that begin later are after it.
  long arrive() {
    return order.incrementAndGet();
  }

  /// The place of a fetch that begins now.
  long begin() {
    return order.incrementAndGet();
  }

  /// How many are under way.
  int size() {
    return underWay.size();
  }

  /// The fetch of this slot that suits, else a new one that takes its place and is started.
  ///
  /// @param suits whether a fetch under way may be joined, if no purge covers it; asked before that
  /// @param create called at most once, makes the fetch without starting it; empty where the memory
  ///   layer turns out to hold the answer by now. It must not block: a bin of the map is locked
  /// @return empty where `create` was
  Optional<Joined> join(Slot slot, Predicate<Fetch> suits, Supplier<Optional<Fetch>> create) {
    AtomicReference<@Nullable Fetch> created = new AtomicReference<>();
    Fetch fetch =
        underWay.compute(
            slot,
            (same, current) -> {
              if (current != null && suits.test(current) && !isCovered(slot, current)) {
                return current;
              }
              Fetch next = create.get().orElse(null);
              created.set(next);
              return next == null ? current : next;
            });
    if (created.get() != null) {
      start(slot, created.get());
      return Optional.of(new Joined(created.get(), Role.LEADER));
    }
    return fetch == null || !suits.test(fetch) || isCovered(slot, fetch)
        ? Optional.empty()
        : Optional.of(new Joined(fetch, Role.FOLLOWER));
  }

  /// Starts a fetch that nobody can join.
  void alone(Fetch fetch) {
    Thread.ofVirtual().name("fetch").start(fetch);
  }

  private void start(Slot slot, Fetch fetch) {
    Thread.ofVirtual()
        .name("fetch")
        .start(
            () -> {
              try {
                fetch.run();
              } finally {
                underWay.remove(slot, fetch);
              }
            });
  }

  /// Whether a purge known now covers what the fetch will bring, as far as it can be told before
  /// its tags are known.
  private boolean isCovered(Slot slot, Fetch fetch) {
    return purges.isCovered(fetch.fence(), slot.key().url(), Set.of());
  }
}
