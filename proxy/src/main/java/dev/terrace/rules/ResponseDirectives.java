package dev.terrace.rules;

import dev.terrace.http.Headers;
import dev.terrace.rules.CacheControl.Directive;
import java.util.List;
import java.util.Optional;

/// The directives that gate and time a response: its first valid, non-empty targeted field, and
/// then Cache-Control and Expires are ignored; otherwise Cache-Control (RFC 9213 §2.2, http.md 1).
///
/// @param control the directives
/// @param origin which field gave them
record ResponseDirectives(CacheControl control, Origin origin) {
  /// Terrace's own targeted field; clients never see it.
  static final String OWN_FIELD = "Terrace-Cache-Control";

  private static final List<String> TARGETED = List.of(OWN_FIELD, "CDN-Cache-Control");

  enum Origin {
    TARGETED,
    CACHE_CONTROL
  }

  static ResponseDirectives of(Headers response) {
    for (String field : TARGETED) {
      Optional<CacheControl> control = response.joined(field).flatMap(CacheControl::targeted);
      if (control.isPresent()) {
        return new ResponseDirectives(control.get(), Origin.TARGETED);
      }
    }
    return new ResponseDirectives(CacheControl.of(response, "Cache-Control"), Origin.CACHE_CONTROL);
  }

  boolean has(Directive directive) {
    return control.has(directive);
  }
}
