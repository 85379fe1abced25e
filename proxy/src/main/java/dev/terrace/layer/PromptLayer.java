package dev.terrace.layer;

import dev.terrace.rules.CacheKey;
import dev.terrace.rules.VariantKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// A layer that neither blocks nor fails: memory. It may be asked on an event loop.
public interface PromptLayer extends Layer {
  @Override
  Optional<StoredResponse> find(CacheKey key, Predicate<VariantKey> accepts);

  /// The same at `now` without counting it: for who looks before, or again after, the lookup that
  /// counts.
  Optional<StoredResponse> peek(CacheKey key, Predicate<VariantKey> accepts, Instant now);

  /// Counts a hit that was peeked at.
  @Override
  void countHit();

  /// The keys that are used most, hottest first: by use with an eviction by use, else by the time
  /// of storing. Counts as no use; takes the lock of the eviction for so many steps.
  ///
  /// @param limit of their number
  List<CacheKey> hottest(int limit);

  /// How long a body may be to be stored here.
  long maxBodyBytes();

  @Override
  Opening open(Entry entry, long bodyBytes);

  @Override
  boolean refresh(Entry previous, Entry refreshed);

  @Override
  void remove(CacheKey key);

  @Override
  long clear();

  @Override
  long sweep(Instant now);
}
