package dev.terrace.rules;

import dev.terrace.http.ResponseHead;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Whether an answer may be stored and for how long: the safety gate first, then the lifetime
/// (`product.md` 4, http.md 1-12).
public final class StorePolicy {
  /// What `--set-cookie` says.
  public enum SetCookie {
    NEVER,
    EXPLICIT
  }

  /// @param cacheTtl zero: unset
  /// @param heuristicFraction 0 to 1
  /// @param maxLife from the fetch's start, stale time included
  public record Settings(
      Duration cacheTtl,
      double heuristicFraction,
      SetCookie setCookie,
      Duration maxLife,
      java.util.Set<String> cacheableMethods) {}

  public StorePolicy(Settings settings) {
    throw new UnsupportedOperationException("not built yet");
  }

  /// @param intake the request; `received` is what the gate reads
  /// @param response final status and end-to-end fields as the target sent them
  /// @param requestedAt when the request left
  /// @param receivedAt when the head arrived
  public StoreDecision decide(
      Intake intake,
      Optional<Rule> governing,
      ResponseHead response,
      Instant requestedAt,
      Instant receivedAt) {
    throw new UnsupportedOperationException("not built yet");
  }

  /// Whether the rule stores a body of this many bytes.
  public static boolean acceptsSize(Optional<Rule> governing, long bytes) {
    throw new UnsupportedOperationException("not built yet");
  }

  /// The digest of the gate fields of the rule that governs now; empty where it lifts none.
  public static String gateDigest(Optional<Rule> governing) {
    throw new UnsupportedOperationException("not built yet");
  }
}
