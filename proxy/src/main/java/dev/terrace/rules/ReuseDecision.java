package dev.terrace.rules;

import dev.terrace.http.Headers;
import java.time.Duration;

/// What to do with a stored response that the request selects (RFC 9111 §4).
public sealed interface ReuseDecision {
  /// Answer with it.
  ///
  /// @param age for the Age field
  /// @param state fresh, or stale within a window
  record Serve(Duration age, State state) implements ReuseDecision {}

  /// Ask the target with these conditions first.
  ///
  /// @param conditions If-None-Match and If-Modified-Since; empty where it has no validator
  /// @param reason why it could not be used as it is
  /// @param onFailure whether it may answer, stale, where the target fails
  record Validate(Headers conditions, MissReason reason, OnFailure onFailure)
      implements ReuseDecision {}

  /// Not usable at all: as though nothing were stored.
  record Fetch(MissReason reason) implements ReuseDecision {}

  /// Answer with this status: only-if-cached (RFC 9111 §5.2.1.7).
  record Refuse(int status) implements ReuseDecision {}

  /// How a stored response answers.
  enum State {
    FRESH,
    /// Stale, accepted by the client's max-stale.
    STALE,
    /// Stale; a background refresh is due (RFC 5861 §3).
    STALE_REFRESH
  }

  /// What the target's failure allows.
  enum OnFailure {
    /// The failure is passed on.
    PASS_ON,
    /// The stale entry answers where the target cannot be reached.
    STALE_IF_UNREACHABLE,
    /// The stale entry answers a 500, 502, 503 or 504 too (RFC 5861 §4).
    STALE_IF_ERROR
  }
}
