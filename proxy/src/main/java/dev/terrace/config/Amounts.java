package dev.terrace.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/// Sizes and durations as people write them: a whole number and a unit, nothing between them.
final class Amounts {
  /// Longest number that is read; longer ones would overflow before they are judged.
  private static final int DIGITS = 15;

  private static final Map<String, Long> BYTES =
      Map.of(
          "b", 1L,
          "kib", 1L << 10,
          "mib", 1L << 20,
          "gib", 1L << 30,
          "kb", 1_000L,
          "mb", 1_000_000L,
          "gb", 1_000_000_000L);

  private static final Map<String, Long> MILLIS =
      Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

  private Amounts() {}

  /// Bytes; units KiB, MiB, GiB (of 1024) and kB, MB, GB (of 1000) in any case, none for bytes.
  ///
  /// @throws IllegalArgumentException if the text is not a size
  static long bytes(String text) {
    return scaled(text.toLowerCase(Locale.ROOT), "b", BYTES);
  }

  /// A duration; units ms, s, m, h, d.
  ///
  /// @param bareUnit of a number that has none
  /// @throws IllegalArgumentException if the text is not a duration
  static Duration duration(String text, String bareUnit) {
    return Duration.ofMillis(scaled(text, bareUnit, MILLIS));
  }

  /// The unit that stands at the end of `text`, seconds if none does.
  static String durationUnit(String text) {
    String unit = text.substring(digits(text));
    return unit.isEmpty() ? "s" : unit;
  }

  /// The shortest exact spelling in units of 1024.
  static String spell(long bytes) {
    if (bytes == 0) {
      return "0";
    }
    for (String unit : new String[] {"GiB", "MiB", "KiB"}) {
      long size = bytes(1 + unit);
      if (bytes % size == 0) {
        return bytes / size + unit;
      }
    }
    return bytes + "B";
  }

  /// The shortest exact spelling.
  static String spell(Duration duration) {
    long millis = duration.toMillis();
    if (millis == 0) {
      return "0s";
    }
    for (String unit : new String[] {"d", "h", "m", "s"}) {
      long length = duration("1" + unit, "s").toMillis();
      if (millis % length == 0) {
        return millis / length + unit;
      }
    }
    return millis + "ms";
  }

  private static long scaled(String text, String bareUnit, Map<String, Long> units) {
    int digits = digits(text);
    String unit = text.substring(digits);
    Long factor = units.get(unit.isEmpty() ? bareUnit : unit);
    if (digits == 0 || digits > DIGITS || factor == null) {
      throw new IllegalArgumentException("neither a number nor a number with a unit");
    }
    try {
      return Math.multiplyExact(Long.parseLong(text.substring(0, digits)), factor);
    } catch (ArithmeticException tooLarge) {
      throw new IllegalArgumentException("too large", tooLarge);
    }
  }

  private static int digits(String text) {
    int end = 0;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    return end;
  }
}
