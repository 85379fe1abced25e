package dev.terrace.purge.redis;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/// The two clocks by which a lease runs.
///
/// @param wall for what is shown and trimmed, too
/// @param nanoTime monotonic
record Clocks(InstantSource wall, LongSupplier nanoTime) {
  long nanos() {
    return nanoTime.getAsLong();
  }
}
