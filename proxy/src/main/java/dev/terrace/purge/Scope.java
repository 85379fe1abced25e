package dev.terrace.purge;

import dev.terrace.rules.UrlKey;

/// What a purge covers.
public sealed interface Scope {
  record Everything() implements Scope {}

  /// All variants and methods of one URL.
  record Url(UrlKey url) implements Scope {}

  /// All variants and methods of one path and query under every host.
  record Path(String pathAndQuery) implements Scope {}
}
