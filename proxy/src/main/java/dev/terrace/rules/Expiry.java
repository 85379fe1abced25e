package dev.terrace.rules;

import java.time.Duration;
import java.time.Instant;

/// When an entry is of no more use to anyone (`product.md` 4): past its life, every stale window
/// and, if it can be validated, a further max(1 h, a tenth of its life), at most `maxLife` after
/// its fetch began.
///
/// @param staleIfUnreachable of `--stale-if-unreachable`
/// @param maxLife of `--max-life`
public record Expiry(Duration staleIfUnreachable, Duration maxLife) {
  private static final Duration LEAST_VALIDATION = Duration.ofHours(1);
  private static final int VALIDATION_FRACTION = 10;

  public Expiry {
    if (staleIfUnreachable.isNegative() || maxLife.isNegative()) {
      throw new IllegalArgumentException(
          "negative durations: " + staleIfUnreachable + ", " + maxLife);
    }
  }

  /// The instant from which on the entry is expired.
  public Instant of(StoredHead head) {
    Duration freshness = shorter(head.lifetime().freshness(), maxLife);
    Duration validation =
        head.hasValidator()
            ? longer(LEAST_VALIDATION, freshness.dividedBy(VALIDATION_FRACTION))
            : Duration.ZERO;
    Instant useless =
        head.bornAt().plus(freshness).plus(staleWindow(head.lifetime())).plus(validation);
    Instant last = head.requestedAt().plus(maxLife);
    return useless.isBefore(last) ? useless : last;
  }

  private Duration staleWindow(Lifetime lifetime) {
    if (lifetime.has(Lifetime.Limit.NEVER_STALE) || lifetime.has(Lifetime.Limit.VALIDATE_ALWAYS)) {
      return Duration.ZERO;
    }
    Duration stated = longer(lifetime.staleWhileRevalidate(), lifetime.staleIfError());
    return shorter(longer(stated, staleIfUnreachable), maxLife);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
