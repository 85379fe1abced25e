package dev.terrace.config;

/// A value that its option does not take. The message says what came and what was expected, and
/// never holds a secret; who catches it puts the option's name before it.
public final class Unfit extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /// Longest piece of a value that a message repeats.
  private static final int SHOWN_CHARACTERS = 80;

  private Unfit(String message) {
    super(message);
  }

  static Unfit got(String value, String expected) {
    return new Unfit("got " + quoted(value) + ", expected " + expected);
  }

  /// For a secret: says nothing of what came.
  static Unfit secret(String expected) {
    return new Unfit("got ***, expected " + expected);
  }

  /// For what is wrong with more than one value.
  static Unfit because(String message) {
    return new Unfit(message);
  }

  /// The text in quotes, on one line, cut where it is long.
  public static String quoted(String text) {
    return '"' + bare(text).replace("\"", "\\\"") + '"';
  }

  /// The text on one line, cut where it is long.
  public static String bare(String text) {
    boolean fits = text.codePointCount(0, text.length()) <= SHOWN_CHARACTERS;
    return fits
        ? oneLine(text)
        : oneLine(text.substring(0, text.offsetByCodePoints(0, SHOWN_CHARACTERS))) + "…";
  }

  /// The text on one line: what breaks lines or steers a terminal is spelt out.
  static String oneLine(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints().forEach(c -> append(shown, c));
    return shown.toString();
  }

  private static void append(StringBuilder shown, int codePoint) {
    switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          shown.append(codePoint == '\n' ? "\\n" : String.format("\\u%04x", codePoint));
      default -> shown.appendCodePoint(codePoint);
    }
  }
}
