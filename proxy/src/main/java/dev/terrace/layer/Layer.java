package dev.terrace.layer;

import dev.terrace.rules.CacheKey;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.VariantKey;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// One layer of the cache. Layers store and find; they never decide whether what they hold may
/// answer: purges, freshness and gates are judged by who reads.
///
/// Every layer passes the same suite, `LayerContract`:
///
/// - what was committed is found, whole, with the head that was given, until it is replaced,
///   removed or evicted;
/// - nothing is visible before its commit, and after it all of it;
/// - of several variants that match, the one received last is found;
/// - an entry whose key is not equal is never found, whatever its digest;
/// - a lookup may return what is stale, never what is expired past every window.
///
/// Safe for use by any number of threads. Memory never blocks; others may, within their deadline.
public interface Layer extends AutoCloseable {
  LayerName name();

  /// The stored response of this key whose variant is accepted.
  ///
  /// @throws IOException if the layer failed: the caller goes on to the next
  Optional<StoredResponse> find(CacheKey key, Predicate<VariantKey> accepts) throws IOException;

  /// What [#find] would find at `now`, where its body lies in a file that is open and verified: for
  /// event loops. It counts nothing and does not fail; empty says nothing of what the layer holds.
  ///
  /// @param leastBytes that the body has
  default Optional<StoredResponse> findOpen(
      CacheKey key, Predicate<VariantKey> accepts, Instant now, long leastBytes) {
    return Optional.empty();
  }

  /// Counts a hit of [#findOpen] that was answered.
  default void countHit() {}

  /// Begins to store, or declines.
  ///
  /// @param bodyBytes the length if it is known, else -1
  Opening open(Entry entry, long bodyBytes) throws IOException;

  /// Gives the stored variant of `previous` a new head and keeps its body, where it is still there
  /// (RFC 9111 §4.3.4).
  ///
  /// @return whether it was
  boolean refresh(Entry previous, Entry refreshed) throws IOException;

  /// Drops every variant of this key: saves room, promises nothing (purges are judged on read).
  void remove(CacheKey key) throws IOException;

  /// Empties the layer: eviction, not invalidation.
  ///
  /// @return how many entries, or keys of them, it dropped
  long clear() throws IOException;

  /// Drops what is expired past every window at `now`.
  ///
  /// @return how many entries
  long sweep(Instant now) throws IOException;

  /// The heads of what is stored, each once, in no order; what comes and goes meanwhile may be
  /// missed. For the admin API alone: it may walk through everything. Whoever calls it closes it.
  ///
  /// @throws IOException if the layer failed
  Stream<Entry> entries() throws IOException;

  /// The heads of what is stored under the key of this digest, each variant once, and not judged:
  /// for a warm-up, which knows no more of a key. None where the layer knows none by its digest.
  ///
  /// @param digest 64 hexadecimal digits
  /// @throws IOException if the layer failed
  default List<Entry> named(String digest) throws IOException {
    return List.of();
  }

  /// Heads of what is stored, chosen without regard to what they say.
  ///
  /// @param share of all that they are: above 0, and 1 if they are all
  record Sample(List<Entry> entries, double share) {
    public Sample {
      entries = List.copyOf(entries);
    }
  }

  /// Like [#entries], but of a layer whose heads take long to read, not many more than `most`.
  ///
  /// @param most heads up to which all of them are read
  default Sample sample(int most) throws IOException {
    try (Stream<Entry> all = entries()) {
      return new Sample(all.toList(), 1);
    }
  }

  LayerStats stats();

  @Override
  void close();
}
