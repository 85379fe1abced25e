package dev.terrace.http;

/// Tokens, the words of HTTP fields (RFC 9110 §5.6.2).
public final class Token {
  private static final String MARKS = "!#$%&'*+-.^_`|~";

  private Token() {}

  /// Whether the whole text is one token.
  public static boolean is(String text) {
    return !text.isEmpty() && end(text, 0) == text.length();
  }

  /// Where the run of token characters that begins at `from` ends.
  public static int end(String text, int from) {
    int end = from;
    while (end < text.length() && isCharacter(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isCharacter(char c) {
    return isAlpha(c) || (c >= '0' && c <= '9') || MARKS.indexOf(c) >= 0;
  }

  static boolean isAlpha(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
