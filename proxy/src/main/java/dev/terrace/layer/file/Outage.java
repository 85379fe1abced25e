package dev.terrace.layer.file;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the disk takes what is written. After a failure nothing is written for a pause, then one
/// entry tries again; each change is one line in the log. Reading goes on. Safe for use by any
/// thread.
final class Outage {
  private static final Logger LOG = LoggerFactory.getLogger(Outage.class);
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final InstantSource clock;

  // Guarded by this.
  private boolean off;
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
    if (now.isBefore(nextTry)) {
      return false;
    }
    nextTry = now.plus(PAUSE);
    return true;
  }

  synchronized void failed(IOException failure) {
    nextTry = clock.instant().plus(PAUSE);
    if (!off) {
      off = true;
      LOG.warn("The file layer stores nothing until its disk works again: {}", failure.toString());
    }
  }

  synchronized void worked() {
    if (off) {
      off = false;
      LOG.info("The file layer stores again");
    }
  }
}
