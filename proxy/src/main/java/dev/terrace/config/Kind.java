package dev.terrace.config;

/// How the text of a value becomes the value, whatever source it came from.
///
/// @param placeholder what help shows for it, such as `<seconds>`
/// @param expected the phrase that tells what is allowed
/// @param form how sources may give it
/// @param reader throws [IllegalArgumentException] for what is not allowed
record Kind<T>(String placeholder, String expected, Form form, Reader<T> reader) {
  enum Form {
    PLAIN,
    /// Alone on the command line it means true.
    SWITCH,
    /// Members separated by commas; in YAML also a list.
    LIST,
    /// Never shown; can be given as the name of a file that holds it.
    SECRET,
    /// May hold a password before an @, which is never shown.
    URL,
    /// JSON; in YAML its own structure.
    RULES
  }

  @FunctionalInterface
  interface Reader<T> {
    T read(String text);
  }

  /// @throws Unfit naming what came and what was expected
  T read(String text) {
    try {
      return reader.read(text);
    } catch (Unfit unfit) {
      throw unfit;
    } catch (IllegalArgumentException other) {
      throw form == Form.SECRET ? Unfit.secret(expected) : Unfit.got(text, expected);
    }
  }

  boolean is(Form other) {
    return form == other;
  }
}
