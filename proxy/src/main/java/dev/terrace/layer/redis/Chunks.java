package dev.terrace.layer.redis;

import dev.terrace.layer.MalformedEntryException;
import dev.terrace.layer.redis.Manifest.Chunk;
import dev.terrace.layer.redis.Manifest.Encoding;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Turns parts of a body into chunks and back.
final class Chunks {
  /// @param chunk what the manifest says of it
  /// @param bytes as they lie in Redis
  record Encoded(Chunk chunk, byte[] bytes) {}

  private Chunks() {}

  /// @param encoding that is tried
  static Encoded encode(byte[] part, Encoding encoding, Seal seal) {
    byte[] bytes =
        switch (encoding) {
          case IDENTITY -> part;
          case ZSTD -> Compression.compress(part);
        };
    // What is compressed is shorter, or it was left as it is.
    Encoding used = bytes.length == part.length ? Encoding.IDENTITY : encoding;
    return new Encoded(new Chunk(used, bytes.length, seal.check(bytes)), bytes);
  }

  /// The part of the body that these bytes are.
  ///
  /// @param bytes as they came from Redis; null where they are gone
  /// @throws MalformedEntryException if they are not what the manifest says
  /// @throws IOException if they are gone
  static byte[] decode(Manifest manifest, int number, byte @Nullable [] bytes, Seal seal)
      throws IOException {
    Chunk chunk = manifest.chunks().get(number);
    if (bytes == null) {
      throw new IOException("chunk " + number + " of the body is gone from Redis");
    }
    if (bytes.length != chunk.length() || !Seal.equal(seal.check(bytes), chunk.check())) {
      throw new MalformedEntryException("chunk " + number + " of the body is another");
    }
    int length = manifest.chunkBytes(number);
    return switch (chunk.encoding()) {
      case IDENTITY -> {
        if (bytes.length != length) {
          throw new MalformedEntryException("a chunk of " + bytes.length + " bytes");
        }
        yield bytes;
      }
      case ZSTD -> Compression.decompress(bytes, length);
    };
  }
}
