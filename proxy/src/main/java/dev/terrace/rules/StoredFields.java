package dev.terrace.rules;

import dev.terrace.http.Headers;
import dev.terrace.http.HttpDate;
import dev.terrace.rules.Rule.Gate;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The fields of a response that are stored (RFC 9111 §3.1).
final class StoredFields {
  /// Connection's kin and what concerns one hop (§3.1), Age, which is folded into the moment of
  /// birth, and Warning, which is obsolete (§5.5).
  private static final Set<String> NEVER_STORED =
      Set.of(
          "age",
          "warning",
          "connection",
          "proxy-connection",
          "keep-alive",
          "te",
          "transfer-encoding",
          "upgrade",
          "trailer",
          "proxy-authenticate",
          "proxy-authentication-info",
          "proxy-authorization");

  private StoredFields() {}

  /// With a Date where the target gave none (RFC 9110 §6.6.1).
  ///
  /// @param noCacheFields names of `no-cache="…"`, in lower case (http.md 10)
  static Headers of(
      Headers response, Set<String> noCacheFields, Optional<Rule> governing, Instant receivedAt) {
    Headers kept = kept(response, noCacheFields, governing);
    return kept.contains("Date") ? kept : kept.adding("Date", HttpDate.format(receivedAt));
  }

  private static Headers kept(
      Headers response, Set<String> noCacheFields, Optional<Rule> governing) {
    return response.filtered(
        (name, _) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          return !NEVER_STORED.contains(lower)
              && !noCacheFields.contains(lower)
              && !(lower.equals("set-cookie") && ignoresSetCookie(governing));
        });
  }

  /// Whether the rule removes Set-Cookie from what is stored and sent.
  static boolean ignoresSetCookie(Optional<Rule> governing) {
    return governing.filter(rule -> rule.ignore().contains(Gate.SET_COOKIE)).isPresent();
  }
}
