package dev.terrace.layer.file;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// Checksums of a body by blocks, taken while it is written. Used by one thread at a time.
final class Blocks {
  /// Long enough to be cheap, short enough to be read whole before its first byte is given out.
  static final int BLOCK_BYTES = 1 << 20;

  private final CRC32C checksum = new CRC32C();
  private int[] done = new int[4];
  private int count;
  private int inBlock;

  static int count(long bodyBytes) {
    return Math.toIntExact(Math.ceilDiv(bodyBytes, BLOCK_BYTES));
  }

  static int checksum(ByteBuffer bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes.duplicate());
    return (int) checksum.getValue();
  }

  void take(ByteBuffer bytes) {
    ByteBuffer rest = bytes.duplicate();
    while (rest.hasRemaining()) {
      int length = Math.min(rest.remaining(), BLOCK_BYTES - inBlock);
      checksum.update(rest.slice(rest.position(), length));
      rest.position(rest.position() + length);
      inBlock += length;
      if (inBlock == BLOCK_BYTES) {
        endBlock();
      }
    }
  }

  /// One for each block, the last of which may be short.
  int[] checksums() {
    if (inBlock > 0) {
      endBlock();
    }
    return Arrays.copyOf(done, count);
  }

  private void endBlock() {
    if (count == done.length) {
      done = Arrays.copyOf(done, 2 * count);
    }
    done[count++] = (int) checksum.getValue();
    checksum.reset();
    inBlock = 0;
  }
}
