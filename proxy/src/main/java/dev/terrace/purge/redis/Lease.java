package dev.terrace.purge.redis;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// How long an instance may rely on what it knows, counted from an instant on both clocks: a
/// process that was stopped, or a machine that slept, wakes up without it. Immutable.
final class Lease {
  static final Lease NONE = new Lease(0, Instant.MIN, Duration.ZERO);

  private final long sinceNanos;
  private final Instant since;
  private final Duration length;

  private Lease(long sinceNanos, Instant since, Duration length) {
    this.sinceNanos = sinceNanos;
    this.since = since;
    this.length = length;
  }

  /// A lease that begins now.
  static Lease begin(LongSupplier nanoTime, InstantSource clock, Duration length) {
    return new Lease(nanoTime.getAsLong(), clock.instant(), length);
  }

  /// By the larger of the times that passed on the two clocks. A wall clock that was put back
  /// counts as one that went on.
  boolean isHeld(LongSupplier nanoTime, InstantSource clock) {
    if (length.isZero()) {
      return false;
    }
    long passed = nanoTime.getAsLong() - sinceNanos;
    if (passed >= length.toNanos()) {
      return false;
    }
    return Duration.between(since, clock.instant()).compareTo(length) < 0;
  }
}
