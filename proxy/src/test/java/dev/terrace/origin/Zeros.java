package dev.terrace.origin;

import dev.terrace.http.BodyReader;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/// A body of so many zeros, made as it is read.
final class Zeros implements BodyReader {
  private static final ByteBuffer PIECE = ByteBuffer.allocate(16 * 1024).asReadOnlyBuffer();

  private final long bytes;
  private final AtomicLong read = new AtomicLong();

  Zeros(long bytes) {
    this.bytes = bytes;
  }

  /// How many were read.
  long taken() {
    return read.get();
  }

  @Override
  public ByteBuffer read() {
    ByteBuffer piece = PIECE.duplicate();
    piece.limit((int) Math.min(piece.capacity(), bytes - read.get()));
    read.addAndGet(piece.remaining());
    return piece;
  }

  @Override
  public void close() {}
}
