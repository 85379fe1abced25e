package dev.terrace.rules;

import java.util.Optional;
import java.util.function.UnaryOperator;

/// The URL of a request in its two views: as the target gets it and as the key sees it.
///
/// @param forwardedTarget as the target gets it, parameters that the rule drops removed
/// @param path base path included
/// @param query as the key sees it: in the key's order, credentials as digests; empty where there
///   is none
record KeyUrl(String forwardedTarget, String path, Optional<String> query) {
  /// @param order the order in which the key sees the parameters of a query
  static KeyUrl of(
      Intake intake, Optional<Rule> governing, UnaryOperator<String> order, Secrets secrets) {
    String target = intake.forwardedTarget();
    int mark = target.indexOf('?');
    if (mark < 0) {
      return new KeyUrl(target, target, Optional.empty());
    }
    String path = target.substring(0, mark);
    String query = target.substring(mark + 1);
    if (governing.isPresent() && !governing.get().keyQuery().keepsAll()) {
      String kept = Query.filtered(query, governing.get().keyQuery());
      if (kept.isEmpty()) {
        return new KeyUrl(path, path, Optional.empty());
      }
      target = kept.length() == query.length() ? target : path + "?" + kept;
      query = kept;
    }
    String keyed =
        Query.withSecrets(order.apply(query), secrets, value -> "#" + secrets.digest(value));
    return new KeyUrl(target, path, Optional.of(keyed));
  }

  /// As purges name it.
  UrlKey key(Intake intake) {
    String below = intake.request().target();
    int mark = below.indexOf('?');
    String pathBelow = mark < 0 ? below : below.substring(0, mark);
    return new UrlKey(
        intake.forwardedHost(), query.isEmpty() ? pathBelow : pathBelow + "?" + query.get());
  }
}
