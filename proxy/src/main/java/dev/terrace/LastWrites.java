package dev.terrace;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/// The end of what writes to a layer.
final class LastWrites {
  private LastWrites() {}

  /// Lets it write what it was given; it takes nothing any more.
  ///
  /// @return whether everything was written in time, before this thread was interrupted
  static boolean finish(ExecutorService writes, Duration patience) {
    writes.shutdown();
    try {
      return writes.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
