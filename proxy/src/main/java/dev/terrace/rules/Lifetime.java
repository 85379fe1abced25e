package dev.terrace.rules;

import java.time.Duration;
import java.util.Set;

/// How long a stored response may answer, decided once at storing (RFC 9111 §4.2.1, RFC 5861).
///
/// @param freshness from the moment of birth; zero if it is to be validated at every use
/// @param source what stated it
/// @param staleWhileRevalidate after freshness, while a refresh runs in the background
/// @param staleIfError after freshness, when the target fails
/// @param limits what forbids or forces
public record Lifetime(
    Duration freshness,
    LifetimeSource source,
    Duration staleWhileRevalidate,
    Duration staleIfError,
    Set<Limit> limits) {
  /// Directives of the response that bind every reuse.
  public enum Limit {
    /// `no-cache` without fields: never without validation, never stale.
    VALIDATE_ALWAYS,
    /// must-revalidate, proxy-revalidate or s-maxage: never stale.
    NEVER_STALE,
    /// RFC 8246.
    IMMUTABLE
  }

  public Lifetime {
    limits = Set.copyOf(limits);
    if (freshness.isNegative()) {
      throw new IllegalArgumentException("a lifetime of " + freshness);
    }
  }

  public boolean has(Limit limit) {
    return limits.contains(limit);
  }

  /// The same but for how long it is fresh.
  public Lifetime withFreshness(Duration replacement) {
    return new Lifetime(replacement, source, staleWhileRevalidate, staleIfError, limits);
  }
}
