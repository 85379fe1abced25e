package dev.terrace.layer.redis;

import dev.terrace.layer.EntryWriter;
import dev.terrace.layer.RefusedException;
import dev.terrace.rules.SkipReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Writes one entry: its chunks as they fill, and at last the head that makes them visible. It
/// holds one chunk at a time; a body of one chunk goes with the head.
final class RedisWriter implements EntryWriter {
  /// What a writer does to Redis.
  interface Destination {
    void putChunk(String body, int number, byte[] bytes) throws IOException;

    /// @param inline the body where it is one chunk, else empty
    void publish(Manifest manifest, byte[] inline) throws IOException;

    void dropChunks(String body, int chunks);
  }

  private static final int FIRST_BYTES = 8192;

  private final Destination destination;
  private final String body;
  private final long statedBytes;
  private final long limitBytes;
  private final Manifest.Encoding encoding;
  private final Seal seal;

  private final List<Manifest.Chunk> chunks = new ArrayList<>();
  private byte[] part;
  private int filled;
  private long bytes;
  private boolean ended;

  /// @param statedBytes of the body; -1 where it is not known
  RedisWriter(
      Destination destination,
      String body,
      long statedBytes,
      long limitBytes,
      Manifest.Encoding encoding,
      Seal seal) {
    this.destination = destination;
    this.body = body;
    this.statedBytes = statedBytes;
    this.limitBytes = limitBytes;
    this.encoding = encoding;
    this.seal = seal;
    this.part = new byte[Math.clamp(statedBytes, FIRST_BYTES, Manifest.CHUNK_BYTES)];
  }

  @Override
  public void write(ByteBuffer given) throws IOException {
    bytes += given.remaining();
    if (bytes > limitBytes) {
      throw new RefusedException(SkipReason.TOO_LARGE);
    }
    if (statedBytes >= 0 && bytes > statedBytes) {
      throw new IOException("a body of more than the " + statedBytes + " bytes that were stated");
    }
    ByteBuffer rest = given.duplicate();
    while (rest.hasRemaining()) {
      if (filled == Manifest.CHUNK_BYTES) {
        putFull();
      }
      int length = Math.min(rest.remaining(), Manifest.CHUNK_BYTES - filled);
      room(filled + length);
      rest.get(part, filled, length);
      filled += length;
    }
  }

  private void room(int needed) {
    if (needed > part.length) {
      part = Arrays.copyOf(part, Math.clamp(2L * part.length, needed, Manifest.CHUNK_BYTES));
    }
  }

  private void putFull() throws IOException {
    Chunks.Encoded encoded = Chunks.encode(Arrays.copyOf(part, filled), encoding, seal);
    chunks.add(encoded.chunk());
    destination.putChunk(body, chunks.size() - 1, encoded.bytes());
    filled = 0;
  }

  @Override
  public void commit() throws IOException {
    if (statedBytes >= 0 && bytes != statedBytes) {
      throw new IOException("a body of " + bytes + " bytes where " + statedBytes + " were stated");
    }
    byte[] inline = {};
    if (chunks.isEmpty() && filled > 0) {
      Chunks.Encoded encoded = Chunks.encode(Arrays.copyOf(part, filled), encoding, seal);
      chunks.add(encoded.chunk());
      inline = encoded.bytes();
    } else if (filled > 0) {
      putFull();
    }
    destination.publish(new Manifest(bytes, body, chunks), inline);
    ended = true;
  }

  @Override
  public void abandon() {
    if (!ended) {
      ended = true;
      part = new byte[0];
      destination.dropChunks(body, chunks.size());
    }
  }
}
