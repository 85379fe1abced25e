package dev.terrace.layer.memory;

import dev.terrace.http.Headers;
import dev.terrace.layer.Entry;
import dev.terrace.layer.StoredResponse;
import java.util.Collection;

/// What a stored response takes up on the heap, in bytes: counted, not measured, on the layout of a
/// 64-bit JVM with compressed references. A test holds it against the growth of a real heap.
final class HeapBytes {
  /// Entry, key, URL, variant, head, lifetime, instants, durations, fence, body, and the nodes of
  /// the map that holds them; everything whose size does not depend on its content.
  private static final long FIXED = 800;

  private static final long STRING = 24;
  private static final long ARRAY = 16;
  private static final long REFERENCE = 4;
  private static final long DIGEST = STRING + ARRAY + 64;

  private HeapBytes() {}

  static long of(StoredResponse response) {
    Entry entry = response.entry();
    return FIXED
        + DIGEST
        + of(entry.key().canonical())
        + of(entry.key().url().host())
        + of(entry.key().url().pathAndQuery())
        + of(entry.variant().names())
        + of(entry.variant().values())
        + of(entry.head().response().headers())
        + of(entry.fenced().tags())
        + of(entry.gateDigest())
        + ARRAY
        + aligned(response.body().bytes());
  }

  private static long of(Headers headers) {
    long bytes = ARRAY + 2 * REFERENCE * headers.size();
    for (int i = 0; i < headers.size(); i++) {
      bytes += of(headers.name(i)) + of(headers.value(i));
    }
    return bytes;
  }

  /// A set keeps two places for each element; so much is counted for a list, too.
  private static long of(Collection<String> strings) {
    long bytes = ARRAY + 2 * REFERENCE * strings.size();
    for (String string : strings) {
      bytes += of(string);
    }
    return bytes;
  }

  /// One byte a character: keys, fields and tags hold nothing beyond Latin-1.
  private static long of(String string) {
    return STRING + ARRAY + aligned(string.length());
  }

  private static long aligned(long bytes) {
    return (bytes + 7) & ~7L;
  }
}
