package dev.terrace.config;

/// A value as a source gave it, not yet read.
///
/// @param name as the operator wrote it: `--port`, `PORT` or `port`
/// @param text the value, or where `form` says so the name of the file that holds it
/// @param form which of the two
/// @param source where it came from
record Given(String name, String text, Form form, Source source) {
  enum Form {
    VALUE,
    FILE_NAME
  }

  /// Where values come from; the earlier wins.
  enum Source {
    FLAG("flag"),
    ENVIRONMENT("environment"),
    FILE("file"),
    DEFAULT("default");

    private final String word;

    Source(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }
}
