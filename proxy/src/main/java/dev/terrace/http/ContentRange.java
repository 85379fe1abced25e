package dev.terrace.http;

import java.util.Optional;
import java.util.OptionalLong;

/// Which bytes of a representation a 206 holds (RFC 9110 §14.4).
///
/// @param range the bytes
/// @param completeLength of the representation; empty where it was not known
public record ContentRange(ByteRange range, OptionalLong completeLength) {
  private static final String UNIT = "bytes ";

  public ContentRange {
    if (completeLength.isPresent() && completeLength.getAsLong() <= range.last()) {
      throw new IllegalArgumentException(range + " of " + completeLength.getAsLong() + " bytes");
    }
  }

  /// The range that a Content-Range field value gives.
  ///
  /// @return empty if it is malformed, of another unit, or gives no range (`*/n`)
  public static Optional<ContentRange> parse(String value) {
    int dash = value.indexOf('-');
    int slash = value.indexOf('/');
    if (!value.regionMatches(true, 0, UNIT, 0, UNIT.length()) || dash < 0 || slash < dash) {
      return Optional.empty();
    }
    long first = Digits.parse(value, UNIT.length(), dash);
    long last = Digits.parse(value, dash + 1, slash);
    long complete = Digits.parse(value, slash + 1, value.length());
    boolean unknown = value.substring(slash + 1).equals("*");
    if (first < 0 || last < first || last == Long.MAX_VALUE || !(unknown || complete > last)) {
      return Optional.empty();
    }
    return Optional.of(
        new ContentRange(
            new ByteRange(first, last),
            unknown ? OptionalLong.empty() : OptionalLong.of(complete)));
  }

  /// The field value of a 416 (RFC 9110 §15.5.17).
  public static String unsatisfied(long completeLength) {
    return UNIT + "*/" + completeLength;
  }

  /// Whether it is the whole representation.
  public boolean isWhole() {
    return completeLength.isPresent() && range.bytes() == completeLength.getAsLong();
  }

  /// As a field value holds it.
  @Override
  public String toString() {
    String complete = completeLength.isPresent() ? Long.toString(completeLength.getAsLong()) : "*";
    return UNIT + range.first() + "-" + range.last() + "/" + complete;
  }
}
