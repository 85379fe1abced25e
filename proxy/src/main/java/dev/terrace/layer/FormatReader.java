package dev.terrace.layer;

import dev.terrace.rules.VariantKey;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/// Reads the primitives of [EntryFormat] and checks each for what it may hold.
final class FormatReader {
  /// Ten thousand years; what is beyond is no time that Terrace could have written.
  private static final long SECONDS_LIMIT = 315_360_000_000L;

  private static final int NANOS_LIMIT = 1_000_000_000;

  private static final String TOKEN_SPECIALS = "!#$%&'*+-.^_`|~";

  private final ByteBuffer bytes;

  FormatReader(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  int u16() throws MalformedEntryException {
    need(Short.BYTES);
    return Short.toUnsignedInt(bytes.getShort());
  }

  long i64() throws MalformedEntryException {
    need(Long.BYTES);
    return bytes.getLong();
  }

  long nonNegative() throws MalformedEntryException {
    long number = i64();
    if (number < 0) {
      throw new MalformedEntryException("a negative number");
    }
    return number;
  }

  int count(int limit) throws MalformedEntryException {
    int count = u16();
    if (count > limit) {
      throw new MalformedEntryException(count + " elements where at most " + limit + " may be");
    }
    return count;
  }

  Instant instant() throws MalformedEntryException {
    long seconds = i64();
    return Instant.ofEpochSecond(seconds(Math.abs(seconds), seconds), nanos());
  }

  Duration duration() throws MalformedEntryException {
    long seconds = nonNegative();
    return Duration.ofSeconds(seconds(seconds, seconds), nanos());
  }

  /// Characters that are not controls.
  String text() throws MalformedEntryException {
    String text = string();
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        throw new MalformedEntryException("a control character");
      }
    }
    return text;
  }

  /// A field name (RFC 9110 §5.6.2).
  String token() throws MalformedEntryException {
    String text = string();
    if (text.isEmpty()) {
      throw new MalformedEntryException("an empty name");
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letterOrDigit = c < 0x80 && Character.isLetterOrDigit(c);
      if (!letterOrDigit && TOKEN_SPECIALS.indexOf(c) < 0) {
        throw new MalformedEntryException("a name that is no token");
      }
    }
    return text;
  }

  /// A field value (RFC 9110 §5.5).
  String fieldValue() throws MalformedEntryException {
    String text = string();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < 0x20 && c != '\t') || c == 0x7F || c > 0xFF) {
        throw new MalformedEntryException("a character that no field value holds");
      }
    }
    return text;
  }

  /// A field value, or the mark of an absent field.
  String variantValue() throws MalformedEntryException {
    int at = bytes.position();
    if (string().equals(VariantKey.ABSENT)) {
      return VariantKey.ABSENT;
    }
    bytes.position(at);
    return fieldValue();
  }

  /// @throws MalformedEntryException if something follows
  void end() throws MalformedEntryException {
    if (bytes.hasRemaining()) {
      throw new MalformedEntryException(bytes.remaining() + " bytes behind the end");
    }
  }

  private String string() throws MalformedEntryException {
    need(Integer.BYTES);
    int length = bytes.getInt();
    if (length < 0) {
      throw new MalformedEntryException("a negative length");
    }
    need(length);
    ByteBuffer text = bytes.slice(bytes.position(), length);
    bytes.position(bytes.position() + length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedEntryException("bytes that are not UTF-8");
    }
  }

  private static long seconds(long magnitude, long seconds) throws MalformedEntryException {
    if (magnitude < 0 || magnitude > SECONDS_LIMIT) {
      throw new MalformedEntryException("a time of " + seconds + " seconds");
    }
    return seconds;
  }

  private int nanos() throws MalformedEntryException {
    need(Integer.BYTES);
    int nanos = bytes.getInt();
    if (nanos < 0 || nanos >= NANOS_LIMIT) {
      throw new MalformedEntryException(nanos + " nanoseconds");
    }
    return nanos;
  }

  private void need(int length) throws MalformedEntryException {
    if (bytes.remaining() < length) {
      throw new MalformedEntryException(length + " bytes where " + bytes.remaining() + " are left");
    }
  }
}
