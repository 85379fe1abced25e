package dev.terrace.layer.memory;

import dev.terrace.rules.CacheKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// Slots in an exact order behind one short lock: the first key makes room, with all its variants.
final class OrderedSlots implements Slots {
  /// What moves a key to the end.
  enum Order {
    /// Every use: the key used longest ago is the first.
    USE,
    /// Storing alone: the key stored longest ago is the first.
    STORING
  }

  private final long limitEntries;
  private final long limitBytes;
  private final Order order;
  private final Object lock = new Object();

  // Guarded by the lock.
  private final LinkedHashMap<CacheKey, Variants> slots = new LinkedHashMap<>();
  private long entries;
  private long heapBytes;
  private long evictions;

  OrderedSlots(long limitEntries, long limitBytes, Order order) {
    this.limitEntries = limitEntries;
    this.limitBytes = limitBytes;
    this.order = order;
  }

  @Override
  public Variants get(CacheKey key) {
    synchronized (lock) {
      Variants variants = slots.getOrDefault(key, Variants.NONE);
      if (order == Order.USE && !variants.isEmpty()) {
        slots.putLast(key, variants);
      }
      return variants;
    }
  }

  @Override
  public void update(CacheKey key, UnaryOperator<Variants> change) {
    synchronized (lock) {
      Variants before = slots.getOrDefault(key, Variants.NONE);
      Variants after = change.apply(before);
      if (after == before) {
        return;
      }
      replace(key, before, after);
      while (entries > limitEntries || heapBytes > limitBytes) {
        Map.Entry<CacheKey, Variants> first = slots.firstEntry();
        evictions += first.getValue().count();
        replace(first.getKey(), first.getValue(), Variants.NONE);
      }
    }
  }

  /// Takes the lock a key at a time, so that lookups pass between.
  @Override
  public long drop(Predicate<Variant> unwanted) {
    List<CacheKey> keys;
    synchronized (lock) {
      keys = new ArrayList<>(slots.keySet());
    }
    long dropped = 0;
    for (CacheKey key : keys) {
      synchronized (lock) {
        Variants before = slots.getOrDefault(key, Variants.NONE);
        Variants after = before.without(unwanted);
        dropped += before.count() - after.count();
        count(before, after);
        if (after.isEmpty()) {
          slots.remove(key);
        } else {
          slots.replace(key, after);
        }
      }
    }
    return dropped;
  }

  @Override
  public List<CacheKey> hottest(int limit) {
    synchronized (lock) {
      return slots.sequencedKeySet().reversed().stream().limit(limit).toList();
    }
  }

  @Override
  public void clear() {
    synchronized (lock) {
      slots.clear();
      entries = 0;
      heapBytes = 0;
    }
  }

  @Override
  public long entries() {
    synchronized (lock) {
      return entries;
    }
  }

  @Override
  public long heapBytes() {
    synchronized (lock) {
      return heapBytes;
    }
  }

  @Override
  public long evictions() {
    synchronized (lock) {
      return evictions;
    }
  }

  private void replace(CacheKey key, Variants before, Variants after) {
    count(before, after);
    if (after.isEmpty()) {
      slots.remove(key);
    } else {
      slots.putLast(key, after);
    }
  }

  private void count(Variants before, Variants after) {
    entries += after.count() - before.count();
    heapBytes += after.heapBytes() - before.heapBytes();
  }
}
