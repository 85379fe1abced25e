package dev.terrace.http;

/// A run of bytes of a representation, both ends inclusive and counted from 0 (RFC 9110 §14.1.2).
///
/// @param first position of its first byte
/// @param last position of its last byte
public record ByteRange(long first, long last) {
  public ByteRange {
    if (first < 0 || last < first) {
      throw new IllegalArgumentException("a range from " + first + " to " + last);
    }
  }

  /// How many bytes it has.
  public long bytes() {
    return last - first + 1;
  }

  /// Whether every byte of `other` is in it.
  public boolean covers(ByteRange other) {
    return first <= other.first && other.last <= last;
  }
}
