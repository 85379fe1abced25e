package dev.terrace.rules;

/// A text that is no glob. The message says what is wrong, where, and in which text; [#fault]
/// leaves the text out, for whoever must not repeat what may be a credential.
public final class BadGlob extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /// Longest piece of the text that the message repeats.
  private static final int SHOWN_CHARACTERS = 200;

  private final String what;
  private final int position;

  BadGlob(String what, int position, String text) {
    super(what + " at position " + position + " of the glob " + shown(text));
    this.what = what;
    this.position = position;
  }

  private static String shown(String text) {
    return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "…";
  }

  /// What is wrong and where, without the text.
  public String fault() {
    return what + " at position " + position;
  }

  /// The same fault of a longer text.
  ///
  /// @param offset in it of the text that is no glob
  BadGlob within(String longer, int offset) {
    return new BadGlob(what, offset + position, longer);
  }
}
