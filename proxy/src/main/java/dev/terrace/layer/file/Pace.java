package dev.terrace.layer.file;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Whether the disk answers event loops as fast as memory. One step that took long keeps them from
/// it for a pause: then lookups wait for it on threads meant for that. Safe for use by any thread.
final class Pace {
  /// Far above what reading cached pages takes, and above a collector's pause.
  static final Duration SLOW = Duration.ofMillis(100);

  static final Duration PAUSE = Duration.ofSeconds(5);

  private final LongSupplier nanoTime;
  private volatile boolean off;
  private volatile long offSinceNanos;

  /// @param nanoTime monotonic, in nanoseconds
  Pace(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  boolean isOff() {
    if (!off) {
      return false;
    }
    if (nanoTime.getAsLong() - offSinceNanos < PAUSE.toNanos()) {
      return true;
    }
    off = false;
    return false;
  }

  /// @return to be given to [#ended]
  long begun() {
    return nanoTime.getAsLong();
  }

  void ended(long begunNanos) {
    long now = nanoTime.getAsLong();
    if (now - begunNanos > SLOW.toNanos()) {
      offSinceNanos = now;
      off = true;
    }
  }
}
