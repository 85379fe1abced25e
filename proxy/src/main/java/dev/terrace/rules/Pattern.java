package dev.terrace.rules;

/// A rule's pattern (`product.md` 3): a glob over the URL as forwarded, with its query part apart.
public final class Pattern {
  /// @throws IllegalArgumentException naming what is wrong and where
  public static Pattern of(String text) {
    throw new UnsupportedOperationException("not built yet");
  }

  public boolean matches(Intake intake) {
    throw new UnsupportedOperationException("not built yet");
  }

  /// Whether it would match a request for this URL, whichever its scheme: what a purge by pattern
  /// covers.
  public boolean matches(UrlKey url) {
    throw new UnsupportedOperationException("not built yet");
  }

  public String text() {
    throw new UnsupportedOperationException("not built yet");
  }
}
