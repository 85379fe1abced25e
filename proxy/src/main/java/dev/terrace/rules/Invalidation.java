package dev.terrace.rules;

import dev.terrace.http.RequestHead;
import dev.terrace.http.ResponseHead;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// What an answer to an unsafe method invalidates (RFC 9111 §4.4, http.md 18).
public final class Invalidation {
  /// @param view how the target's URLs and the client's correspond
  /// @param urls the URL that a GET with this head is stored under, through admission, rules and
  ///   key; empty where it is none of ours
  /// @param cacheableMethods methods that count as safe whatever the rule says
  public Invalidation(
      ClientView view, Function<RequestHead, Optional<UrlKey>> urls, Set<String> cacheableMethods) {
    throw new UnsupportedOperationException("not built yet" + view + urls + cacheableMethods);
  }

  /// The URLs: the request's own, and Location and Content-Location of the same origin; none for
  /// safe methods, methods made cacheable, and answers that are not 2xx or 3xx.
  public List<UrlKey> covered(Intake intake, Optional<Rule> governing, ResponseHead response) {
    throw new UnsupportedOperationException("not built yet");
  }
}
