package dev.terrace.admin;

import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import dev.terrace.rules.Secrets;
import dev.terrace.rules.UrlKey;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Scopes of purges as receipts and metrics name them; credentials in URLs are masked.
final class ScopeView {
  /// Scopes that a receipt spells out.
  private static final int MAX_SHOWN_SCOPES = 100;

  private final Secrets secrets;

  ScopeView(Secrets secrets) {
    this.secrets = secrets;
  }

  /// Adds mode and scopes.
  void describe(Set<Scope> wanted, Mode mode, ObjectNode answer) {
    answer.put("mode", word(mode));
    ArrayNode shown = answer.putArray("scopes");
    for (Scope scope : wanted.stream().limit(MAX_SHOWN_SCOPES).toList()) {
      shown.addObject().put("scope", kind(scope)).put("value", value(scope));
    }
    answer.put("scopeCount", wanted.size());
  }

  private String value(Scope scope) {
    return switch (scope) {
      case Scope.Everything() -> "*";
      case Scope.Url(UrlKey(String host, String pathAndQuery)) ->
          host + secrets.masked(pathAndQuery);
      case Scope.Path(String pathAndQuery) -> secrets.masked(pathAndQuery);
      case Scope.Tag(String tag) -> tag;
      case Scope.Prefix(String prefix) -> prefix;
      case Scope.Pattern(var pattern) -> secrets.maskedPattern(pattern.text());
    };
  }

  /// The word for what kind of scope it is.
  static String kind(Scope scope) {
    return switch (scope) {
      case Scope.Everything() -> "everything";
      case Scope.Url url -> "url";
      case Scope.Path path -> "url";
      case Scope.Tag tag -> "tag";
      case Scope.Prefix prefix -> "prefix";
      case Scope.Pattern pattern -> "pattern";
    };
  }

  static String word(Mode mode) {
    return mode.name().toLowerCase(Locale.ROOT);
  }
}
