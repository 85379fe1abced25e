package dev.terrace.layer.memory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.terrace.rules.CacheKey;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Slots of which those used seldom and long ago make room; a lookup takes no lock.
///
/// A variant weighs the larger of its bytes and the bytes that are there for one, so that one limit
/// on weight keeps both limits. Weights are ints: they count units of bytes, one byte large unless
/// the limit is beyond 256 MiB.
final class TinyLfuSlots implements Slots {
  private static final int UNIT_BITS = 28;

  private final Cache<CacheKey, Variants> slots;
  private final LongAdder entries = new LongAdder();
  private final LongAdder heapBytes = new LongAdder();
  private final LongAdder evictions = new LongAdder();

  TinyLfuSlots(long limitEntries, long limitBytes) {
    long unitBytes = Math.max(1, limitBytes >> UNIT_BITS);
    long entryUnits = Math.max(1, limitBytes / unitBytes / limitEntries);
    slots =
        Caffeine.newBuilder()
            .maximumWeight(Math.min(limitBytes / unitBytes, entryUnits * limitEntries))
            .weigher((CacheKey key, Variants variants) -> weight(variants, unitBytes, entryUnits))
            // Whoever stores makes room, so that the limits hold when storing returns.
            .executor(Runnable::run)
            .evictionListener((key, variants, cause) -> evicted(variants))
            .build();
  }

  private static int weight(Variants variants, long unitBytes, long entryUnits) {
    long units = Math.ceilDiv(variants.heapBytes(), unitBytes);
    return (int) Math.min(Integer.MAX_VALUE, Math.max(units, entryUnits * variants.count()));
  }

  @Override
  public Variants get(CacheKey key) {
    Variants variants = slots.getIfPresent(key);
    return variants == null ? Variants.NONE : variants;
  }

  @Override
  public void update(CacheKey key, UnaryOperator<Variants> change) {
    slots
        .asMap()
        .compute(
            key,
            (same, stored) -> {
              Variants before = stored == null ? Variants.NONE : stored;
              Variants after = change.apply(before);
              count(before, after);
              return after.isEmpty() ? null : after;
            });
  }

  @Override
  public long drop(Predicate<Variant> unwanted) {
    LongAdder dropped = new LongAdder();
    slots
        .asMap()
        .forEach(
            (key, variants) -> {
              if (variants.without(unwanted).count() < variants.count()) {
                update(
                    key,
                    before -> {
                      Variants after = before.without(unwanted);
                      dropped.add(before.count() - after.count());
                      return after;
                    });
              }
            });
    return dropped.sum();
  }

  @Override
  public List<CacheKey> hottest(int limit) {
    return slots
        .policy()
        .eviction()
        .map(
            eviction ->
                eviction.hottest(
                    entries -> entries.limit(limit).map(entry -> entry.getKey()).toList()))
        .orElse(List.of());
  }

  @Override
  public void clear() {
    for (CacheKey key : slots.asMap().keySet()) {
      update(key, variants -> Variants.NONE);
    }
  }

  @Override
  public long entries() {
    return entries.sum();
  }

  @Override
  public long heapBytes() {
    return heapBytes.sum();
  }

  @Override
  public long evictions() {
    return evictions.sum();
  }

  private void count(Variants before, Variants after) {
    entries.add(after.count() - before.count());
    heapBytes.add(after.heapBytes() - before.heapBytes());
  }

  private void evicted(@Nullable Variants variants) {
    if (variants != null) {
      count(variants, Variants.NONE);
      evictions.add(variants.count());
    }
  }
}
