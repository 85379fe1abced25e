package dev.terrace.rules;

import dev.terrace.rules.Lifetime.Limit;
import java.time.Duration;
import java.time.Instant;

/// When an entry is expired past every use, so that sweeps may remove it (`product.md` 4).
public final class Expiry {
  private static final Duration LEAST_VALIDATION = Duration.ofHours(1);

  private Expiry() {}

  /// @param staleIfUnreachable past its life
  /// @param maxLife from the fetch's start, everything included
  public record Settings(Duration staleIfUnreachable, Duration maxLife) {}

  /// The end of its life and of every stale window and, with a validator, of a further hour or a
  /// tenth of its life, whichever is longer.
  public static Instant of(StoredHead stored, Settings settings) {
    Lifetime lifetime = stored.lifetime();
    Instant end = stored.freshUntil();
    if (!lifetime.has(Limit.NEVER_STALE) && !lifetime.has(Limit.VALIDATE_ALWAYS)) {
      end =
          end.plus(
              longer(
                  settings.staleIfUnreachable(),
                  longer(lifetime.staleWhileRevalidate(), lifetime.staleIfError())));
    }
    if (stored.hasValidator()) {
      end = end.plus(longer(LEAST_VALIDATION, lifetime.freshness().dividedBy(10)));
    }
    Instant latest = stored.requestedAt().plus(settings.maxLife());
    return end.isBefore(latest) ? end : latest;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
