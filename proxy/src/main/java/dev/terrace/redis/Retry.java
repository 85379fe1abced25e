package dev.terrace.redis;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait before trying again: any time up to a bound that doubles with every failure, so
/// that instances that lost Redis at the same moment do not come back at the same moment.
final class Retry {
  static final Duration LONGEST = Duration.ofSeconds(2);
  private static final Duration FIRST = Duration.ofMillis(50);
  private static final int DOUBLINGS = 6;

  private final RandomGenerator random;

  Retry(RandomGenerator random) {
    this.random = random;
  }

  /// @param failures in a row; 0 after what worked
  Duration next(int failures) {
    long bound = FIRST.toNanos() << Math.clamp(failures, 0, DOUBLINGS);
    return Duration.ofNanos(random.nextLong(Math.min(bound, LONGEST.toNanos()) + 1));
  }

  void pause(int failures) throws InterruptedException {
    Thread.sleep(next(failures));
  }
}
