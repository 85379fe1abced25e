package dev.terrace.purge.redis;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The thread that follows the log: a step every second, and at once when the bell rings, the
/// connection is back, or something is purged here.
final class Follower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /// Steps in a row without a pause; a log that wants more is faulty.
  private static final int MOST_AT_ONCE = 1_000;

  /// Before it is said: connecting takes a moment, and so does a failover.
  private static final Duration TOLERATED = Duration.ofSeconds(5);

  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(50);

  private static final Duration LAST_WORD = Duration.ofSeconds(2);

  private final SharedPurges purges;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wanted = lock.newCondition();

  // Guarded by the lock.
  private boolean hurried;
  private boolean closed;

  // Used by the thread alone.
  private Optional<Long> failingSince = Optional.empty();
  private boolean said;

  Follower(SharedPurges purges) {
    this.purges = purges;
    this.thread = Thread.ofPlatform().name("terrace-purge-log").daemon().unstarted(this::run);
    purges.onHurry(this::hurry);
  }

  void start() {
    thread.start();
  }

  /// Never waits for more than a moment.
  void hurry() {
    lock.lock();
    try {
      hurried = true;
      wanted.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (!isClosed()) {
      try {
        follow();
      } catch (RuntimeException | Error e) {
        // It must not end: nobody would hear of purges any more.
        LOG.error("Following the log of purges failed by a fault of Terrace's own", e);
        pauseAfterFailure();
      }
      pause();
    }
  }

  private void handOver() {
    try {
      purges.handOver();
    } catch (RuntimeException | Error e) {
      LOG.error("Giving purges to other instances failed by a fault of Terrace's own", e);
    }
    pauseAfterFailure();
  }

  /// What is asked for meanwhile hurries, and cannot be done.
  private static void pauseAfterFailure() {
    try {
      Thread.sleep(PAUSE_AFTER_FAILURE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    try {
      step();
      if (purges.isInContact()) {
        succeeded();
      } else {
        failed("the log was not followed to its end");
      }
    } catch (IOException e) {
      failed(String.valueOf(e.getMessage()));
      handOver();
    }
  }

  private void step() throws IOException {
    for (int i = 0; i < MOST_AT_ONCE && !isClosed(); i++) {
      if (purges.step() == SharedPurges.Next.LATER) {
        return;
      }
    }
  }

  private void succeeded() {
    failingSince = Optional.empty();
    if (said) {
      said = false;
      LOG.info("Purges of other instances are heard of again");
    }
  }

  private void failed(String reason) {
    long now = System.nanoTime();
    if (failingSince.isEmpty()) {
      failingSince = Optional.of(now);
    } else if (!said && now - failingSince.get() > TOLERATED.toNanos()) {
      said = true;
      LOG.warn("Purges of other instances are not heard of: {}", reason);
    }
  }

  private void pause() {
    lock.lock();
    try {
      long left = INTERVAL.toNanos();
      while (!hurried && !closed && left > 0) {
        left = wanted.awaitNanos(left);
      }
      hurried = false;
    } catch (InterruptedException e) {
      closed = true;
    } finally {
      lock.unlock();
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /// Ends the thread, then takes this instance off the list of members if that is done quickly.
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      wanted.signal();
    } finally {
      lock.unlock();
    }
    try {
      if (thread.join(LAST_WORD)) {
        purges.end();
      }
    } catch (IOException e) {
      LOG.debug("the members were not told of the end", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
