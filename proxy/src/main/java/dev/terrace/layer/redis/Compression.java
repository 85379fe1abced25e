package dev.terrace.layer.redis;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import dev.terrace.layer.MalformedEntryException;
import java.util.Locale;
import java.util.Set;

/// Makes chunks of large texts smaller on their way to Redis, where the operator wants it: room in
/// Redis and on the network for time of this processor. Other bodies are compressed already.
final class Compression {
  private static final int LEVEL = 1;

  /// Below this a frame saves next to nothing.
  private static final int LEAST_BYTES = 1024;

  /// A chunk stays as it is unless this part of it is saved.
  private static final int LEAST_SAVED = 8;

  private static final Set<String> TEXTS =
      Set.of(
          "application/json",
          "application/javascript",
          "application/xml",
          "application/graphql",
          "image/svg+xml");

  private Compression() {}

  static boolean helps(ResponseHead head) {
    Headers headers = head.headers();
    if (headers.contains("Content-Encoding")) {
      return false;
    }
    String type = headers.firstOr("Content-Type", "").split(";", 2)[0].strip();
    String lower = type.toLowerCase(Locale.ROOT);
    return lower.startsWith("text/")
        || lower.endsWith("+json")
        || lower.endsWith("+xml")
        || TEXTS.contains(lower);
  }

  /// The chunk compressed; itself where that does not save enough.
  static byte[] compress(byte[] chunk) {
    if (chunk.length < LEAST_BYTES) {
      return chunk;
    }
    byte[] compressed = Zstd.compress(chunk, LEVEL);
    return compressed.length > chunk.length - chunk.length / LEAST_SAVED ? chunk : compressed;
  }

  /// @param bytes that the result has to have
  static byte[] decompress(byte[] chunk, int bytes) throws MalformedEntryException {
    byte[] whole = new byte[bytes];
    try {
      long length = Zstd.decompressByteArray(whole, 0, bytes, chunk, 0, chunk.length);
      if (length == bytes) {
        return whole;
      }
      throw new MalformedEntryException("a chunk of " + length + " bytes and not " + bytes);
    } catch (ZstdException e) {
      throw new MalformedEntryException("a chunk that is no frame: " + e.getMessage());
    }
  }
}
