package dev.terrace.purge;

import dev.terrace.rules.UrlKey;

/// What a purge covers. Hosts, paths and queries are meant as [UrlKey] has them.
public sealed interface Scope {
  record Everything() implements Scope {}

  /// All variants and methods of one URL.
  record Url(UrlKey url) implements Scope {}

  /// All variants and methods of one path and query under every host.
  record Path(String pathAndQuery) implements Scope {}

  /// Every entry that carries this tag.
  record Tag(String tag) implements Scope {}

  /// Every entry whose path begins with these characters, under every host.
  record Prefix(String prefix) implements Scope {}

  /// Every entry whose URL a rule's pattern would match, whatever the scheme.
  ///
  /// @param pattern two of the same text below the same base path are the same scope
  record Pattern(dev.terrace.rules.Pattern pattern) implements Scope {}
}
