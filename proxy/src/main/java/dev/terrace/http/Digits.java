package dev.terrace.http;

/// Runs of decimal digits, which HTTP bounds nowhere.
public final class Digits {
  private Digits() {}

  /// The number that the whole text is; see [#parse(String, int, int)].
  public static long parse(String text) {
    return parse(text, 0, text.length());
  }

  /// The number that the characters from `from` to before `to` are; [Long#MAX_VALUE] where it is
  /// larger than that; -1 if there are none or one is not a digit.
  public static long parse(String text, int from, int to) {
    long number = from < to ? 0 : -1;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : 10 * number + digit;
    }
    return number;
  }
}
