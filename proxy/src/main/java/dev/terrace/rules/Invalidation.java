package dev.terrace.rules;

import dev.terrace.http.ResponseHead;
import java.util.List;
import java.util.Optional;

/// What an answer to an unsafe method invalidates (RFC 9111 §4.4, http.md 18).
public final class Invalidation {
  /// The URLs: the request's own, and Location and Content-Location of the same origin; none for
  /// safe methods, methods made cacheable, and answers that are not 2xx or 3xx.
  public List<UrlKey> covered(Intake intake, Optional<Rule> governing, ResponseHead response) {
    throw new UnsupportedOperationException("not built yet");
  }
}
