package dev.terrace.rules;

/// A glob: `*` any run of characters, `{a,b}`, `[a-z]`, a backslash quotes; `?` is itself. Matched
/// in linear time, case-sensitive. Immutable.
public final class Glob {
  /// @throws IllegalArgumentException naming what is wrong and where
  public static Glob of(String text) {
    throw new UnsupportedOperationException("not built yet");
  }

  public boolean matches(String subject) {
    throw new UnsupportedOperationException("not built yet");
  }

  public String text() {
    throw new UnsupportedOperationException("not built yet");
  }
}
