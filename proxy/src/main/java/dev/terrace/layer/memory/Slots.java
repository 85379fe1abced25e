package dev.terrace.layer.memory;

import dev.terrace.rules.CacheKey;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// The variants by key, within bounds; which make room is the implementation's choice. Safe for use
/// by any thread.
interface Slots {
  /// What is stored under this key; [Variants#NONE] where nothing is. Counts as a use.
  Variants get(CacheKey key);

  /// Changes what is stored under this key, atomically; [Variants#NONE] stands for nothing, before
  /// and after.
  void update(CacheKey key, UnaryOperator<Variants> change);

  /// Drops every variant that is unwanted, key by key and in no order.
  ///
  /// @return how many
  long drop(Predicate<Variant> unwanted);

  /// The keys that would make room last, the very last first.
  List<CacheKey> hottest(int limit);

  void clear();

  /// How many variants are stored.
  long entries();

  /// What they take up.
  long heapBytes();

  /// How many variants made room for others.
  long evictions();
}
