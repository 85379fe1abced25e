package dev.terrace.layer.memory;

import dev.terrace.layer.Entry;
import dev.terrace.layer.StoredResponse;
import java.util.Optional;

/// One stored response with what the layer must know of it.
///
/// @param found what a lookup returns, made once
/// @param heapBytes as [HeapBytes] counts them
/// @param expiresAtMillis since the epoch; from then on it is not found
record Variant(Optional<StoredResponse> found, long heapBytes, long expiresAtMillis) {
  Variant(StoredResponse response, long expiresAtMillis) {
    this(Optional.of(response), HeapBytes.of(response), expiresAtMillis);
  }

  StoredResponse response() {
    return found.orElseThrow();
  }

  /// Whether it was stored as this entry: the same variant with the same head.
  boolean holds(Entry entry) {
    Entry stored = response().entry();
    return stored.variant().equals(entry.variant()) && stored.head().equals(entry.head());
  }
}
