package dev.terrace.layer.file;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the disk takes what is written. After a failure nothing is written for a pause, then one
/// entry tries again; each change is one line in the log. What was being written at the failure
/// proves nothing by getting through: a small entry may still fit where a large one did not.
/// Reading goes on. Safe for use by any thread.
final class Outage {
  private static final Logger LOG = LoggerFactory.getLogger(Outage.class);
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final InstantSource clock;

  // Guarded by this.
  private boolean off;
  private int failures;
  private Instant nextTry = Instant.MIN;

  Outage(InstantSource clock) {
    this.clock = clock;
  }

  synchronized boolean isOff() {
    return off;
  }

  /// Whether an entry may be written now.
  synchronized boolean admits() {
    Instant now = clock.instant();
    if (!off) {
      return true;
    }
    // Further away than a pause: the clock was set back.
    if (now.isBefore(nextTry) && !now.plus(PAUSE).isBefore(nextTry)) {
      return false;
    }
    nextTry = now.plus(PAUSE);
    return true;
  }

  synchronized void failed(IOException failure) {
    failures++;
    nextTry = clock.instant().plus(PAUSE);
    if (!off) {
      off = true;
      LOG.warn("The file layer stores nothing until its disk works again: {}", failure.toString());
    }
  }

  /// How often the disk has failed.
  synchronized int failures() {
    return failures;
  }

  /// @param failuresBefore when what got through was begun
  synchronized void worked(int failuresBefore) {
    if (off && failures == failuresBefore) {
      off = false;
      LOG.info("The file layer stores again");
    }
  }
}
