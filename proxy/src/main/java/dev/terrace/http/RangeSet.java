package dev.terrace.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a Range field asks for (RFC 9110 §14.1.2, §14.2), before the length is known.
///
/// @param ranges in the order in which they were asked for, at least one
public record RangeSet(List<Spec> ranges) {
  private static final String UNIT = "bytes=";

  public RangeSet {
    ranges = List.copyOf(ranges);
  }

  /// One member of the set.
  public sealed interface Spec {
    /// From a position on.
    ///
    /// @param last inclusive; [Long#MAX_VALUE] where it was left out
    record From(long first, long last) implements Spec {}

    /// The last bytes.
    ///
    /// @param length how many; more than there are means all
    record Suffix(long length) implements Spec {}

    /// The bytes that it means of a representation of this length; empty if it has none of them.
    default Optional<ByteRange> within(long completeLength) {
      return switch (this) {
        case From from when from.first < completeLength ->
            Optional.of(new ByteRange(from.first, Math.min(from.last, completeLength - 1)));
        case From _ -> Optional.empty();
        case Suffix suffix when suffix.length > 0 && completeLength > 0 ->
            Optional.of(
                new ByteRange(Math.max(0, completeLength - suffix.length), completeLength - 1));
        case Suffix _ -> Optional.empty();
      };
    }
  }

  /// The set that a Range field value asks for.
  ///
  /// @return empty for another unit and for what is malformed: both are ignored (RFC 9110 §14.2)
  public static Optional<RangeSet> parse(String value) {
    if (!value.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
      return Optional.empty();
    }
    List<Spec> ranges = new ArrayList<>();
    int from = UNIT.length();
    while (from <= value.length()) {
      int comma = value.indexOf(',', from);
      int end = comma < 0 ? value.length() : comma;
      String member = Whitespace.trimmed(value.substring(from, end));
      Optional<Spec> spec = spec(member);
      if (spec.isEmpty() && !member.isEmpty()) {
        return Optional.empty();
      }
      spec.ifPresent(ranges::add);
      from = end + 1;
    }
    return ranges.isEmpty() ? Optional.empty() : Optional.of(new RangeSet(ranges));
  }

  private static Optional<Spec> spec(String text) {
    int dash = text.indexOf('-');
    if (dash < 0) {
      return Optional.empty();
    }
    long left = Digits.parse(text, 0, dash);
    long right = Digits.parse(text, dash + 1, text.length());
    if (dash == 0) {
      return right < 0 ? Optional.empty() : Optional.of(new Spec.Suffix(right));
    }
    if (left < 0) {
      return Optional.empty();
    }
    if (dash == text.length() - 1) {
      return Optional.of(new Spec.From(left, Long.MAX_VALUE));
    }
    return right < left ? Optional.empty() : Optional.of(new Spec.From(left, right));
  }
}
