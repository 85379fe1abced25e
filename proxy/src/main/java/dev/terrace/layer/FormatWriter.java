package dev.terrace.layer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Writes the primitives of [EntryFormat] into a buffer that grows up to a limit.
final class FormatWriter {
  private static final int FIRST_BYTES = 1024;

  private final int limitBytes;
  private ByteBuffer buffer = ByteBuffer.allocate(FIRST_BYTES);

  FormatWriter(int limitBytes) {
    this.limitBytes = limitBytes;
  }

  void u16(int number) throws MalformedEntryException {
    if (number < 0 || number > 0xFFFF) {
      throw new MalformedEntryException(number + " where at most 65535 fits");
    }
    room(Short.BYTES).putShort((short) number);
  }

  void u32(int number) throws MalformedEntryException {
    room(Integer.BYTES).putInt(number);
  }

  void i64(long number) throws MalformedEntryException {
    room(Long.BYTES).putLong(number);
  }

  void string(String text) throws MalformedEntryException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    u32(bytes.length);
    room(bytes.length).put(bytes);
  }

  ByteBuffer bytes() {
    return buffer.flip();
  }

  private ByteBuffer room(int bytes) throws MalformedEntryException {
    if (bytes > limitBytes - buffer.position()) {
      throw new MalformedEntryException("a head of more than " + limitBytes + " bytes");
    }
    if (bytes > buffer.remaining()) {
      int grown = Math.max(2 * buffer.capacity(), buffer.position() + bytes);
      buffer = ByteBuffer.allocate(Math.min(grown, limitBytes)).put(buffer.flip());
    }
    return buffer;
  }
}
