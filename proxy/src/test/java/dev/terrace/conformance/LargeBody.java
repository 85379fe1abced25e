package dev.terrace.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A body of any length that takes no room: each byte tells its place.
final class LargeBody extends InputStream {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final long bytes;
  private long at;

  LargeBody(long bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read() {
    return at == bytes ? -1 : byteAt(at++) & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    if (at == bytes) {
      return -1;
    }
    int count = (int) Math.min(length, bytes - at);
    for (int i = 0; i < count; i++) {
      buffer[offset + i] = byteAt(at + i);
    }
    at += count;
    return count;
  }

  private static byte byteAt(long place) {
    return (byte) (place ^ place >> 8 ^ place >> 16 ^ place >> 24);
  }

  /// SHA-256 of what is left of the stream.
  static String digest(InputStream in) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
