package dev.terrace.purge.redis;

import java.time.Duration;
import java.time.Instant;

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
  static Lease begin(Clocks clocks, Duration length) {
    return new Lease(clocks.nanos(), clocks.wall().instant(), length);
  }

  /// From the same instant, for another time.
  Lease extended(Duration otherLength) {
    return new Lease(sinceNanos, since, otherLength);
  }

  /// By the larger of the times that passed on the two clocks. A wall clock that was put back
  /// counts as one that went on.
  boolean isHeld(Clocks clocks) {
    if (length.isZero()) {
      return false;
    }
    long passed = clocks.nanos() - sinceNanos;
    if (passed >= length.toNanos()) {
      return false;
    }
    return Duration.between(since, clocks.wall().instant()).compareTo(length) < 0;
  }
}
