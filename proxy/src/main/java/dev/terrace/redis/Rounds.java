package dev.terrace.redis;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a background thread does again and again until it is interrupted. A bug is told once until
/// a round goes well, and the rounds go on: nobody would notice that they had ended.
final class Rounds {
  private static final Logger LOG = LoggerFactory.getLogger(Redis.class);

  /// One of them.
  @FunctionalInterface
  interface Round {
    void run() throws InterruptedException;
  }

  private Rounds() {}

  /// @param what as the log is to call it
  /// @param pause after each
  static void untilInterrupted(String what, Duration pause, Round round) {
    boolean told = false;
    try {
      while (true) {
        try {
          round.run();
          told = false;
        } catch (RuntimeException | Error bug) {
          if (!told) {
            LOG.error("{} failed for a reason that is not Redis's; it goes on", what, bug);
            told = true;
          }
        }
        Thread.sleep(pause);
      }
    } catch (InterruptedException closed) {
      // The thread ends with its deployment.
    }
  }
}
