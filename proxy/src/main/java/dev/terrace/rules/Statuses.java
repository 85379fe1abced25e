package dev.terrace.rules;

import java.util.Set;

/// What the status codes of final responses mean to a cache.
final class Statuses {
  /// Those whose caching rules Terrace follows, for must-understand (RFC 9111 §5.2.2.3): all that
  /// RFC 9110 §15 defines, and 421 to 451 as registered.
  private static final Set<Integer> UNDERSTOOD =
      Set.of(
          200, 201, 202, 203, 204, 205, 206, 300, 301, 302, 303, 304, 305, 307, 308, 400, 401, 402,
          403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 426,
          428, 429, 431, 451, 500, 501, 502, 503, 504, 505, 511);

  /// Never stored by any cache (RFC 6585 §3 to §6).
  private static final Set<Integer> NEVER_STORED = Set.of(428, 429, 431, 511);

  /// RFC 9110 §15.1 but 206, which is stored with explicit freshness alone.
  private static final Set<Integer> HEURISTIC =
      Set.of(200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501);

  private static final Set<Integer> OPERATORS_TTL = Set.of(200, 203, 204, 301, 308);

  private static final Set<Integer> ERRORS_STORED_WHOLE = Set.of(404, 410);

  private Statuses() {}

  static boolean isUnderstood(int status) {
    return UNDERSTOOD.contains(status);
  }

  static boolean isNeverStored(int status) {
    return NEVER_STORED.contains(status) || status == 304;
  }

  static boolean isHeuristicallyCacheable(int status) {
    return HEURISTIC.contains(status);
  }

  /// Whether CACHE_TTL and a rule's ttl apply without the rule naming the status.
  static boolean takesOperatorsTtl(int status) {
    return OPERATORS_TTL.contains(status);
  }

  /// Whether a rule's ttl is capped although the rule names the status (http.md 7).
  static boolean isShortLivedError(int status) {
    return status >= 400 && !ERRORS_STORED_WHOLE.contains(status);
  }

  /// The errors for which stale-if-error answers (RFC 5861 §4).
  static boolean isTargetFailure(int status) {
    return status == 500 || status == 502 || status == 503 || status == 504;
  }
}
