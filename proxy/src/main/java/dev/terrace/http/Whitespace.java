package dev.terrace.http;

/// The optional whitespace of fields: space and tab alone (RFC 9110 §5.6.3).
public final class Whitespace {
  private Whitespace() {}

  /// The text without space and tab at its ends.
  public static String trimmed(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && is(text.charAt(from))) {
      from++;
    }
    while (from < to && is(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean is(char c) {
    return c == ' ' || c == '\t';
  }
}
