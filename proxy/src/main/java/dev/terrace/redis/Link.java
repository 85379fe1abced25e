package dev.terrace.redis;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connection for one use that is always there or being made, on a virtual thread of its own: it
/// connects, pings once a second so that a dead connection is noticed without traffic, and connects
/// again when it is lost. Safe for use by any thread.
final class Link implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Redis.class);
  static final Duration PING_INTERVAL = Duration.ofSeconds(1);
  private static final Duration PING_DEADLINE = Duration.ofSeconds(1);

  /// Pings in a row that find no answer before the connection is given up.
  private static final int LOST_PINGS = 2;

  /// Where the next connection goes to, which may be another server each time.
  @FunctionalInterface
  interface Place {
    /// @throws IOException saying why it cannot be made now
    Live connect(Redis.Use use) throws IOException, InterruptedException;
  }

  /// Hears what happens; called on the thread of the link.
  interface Watcher {
    void made(Redis.Use use, Live live);

    void failed(Redis.Use use, String why);

    void pinged(Node node, Duration roundTrip);
  }

  private final Redis.Use use;
  private final Place place;
  private final Retry retry;
  private final Watcher watcher;
  private final Thread thread;

  private volatile Optional<Live> live = Optional.empty();

  Link(Redis.Use use, Place place, Retry retry, Watcher watcher) {
    this.use = use;
    this.place = place;
    this.retry = retry;
    this.watcher = watcher;
    this.thread = Thread.ofVirtual().name("redis-" + use).unstarted(this::run);
  }

  Link start() {
    thread.start();
    return this;
  }

  /// The connection, if there is one now.
  Optional<Live> live() {
    return live;
  }

  @Override
  public void close() {
    thread.interrupt();
    live.ifPresent(one -> one.close("closed"));
  }

  private void run() {
    int failures = 0;
    try {
      while (true) {
        failures = isServedWell() ? 0 : failures + 1;
        retry.pause(failures);
      }
    } catch (InterruptedException closed) {
      live.ifPresent(one -> one.close("closed"));
    }
  }

  /// One connection from its making to its end.
  ///
  /// @return whether it worked for a while
  private boolean isServedWell() throws InterruptedException {
    Live made;
    try {
      made = place.connect(use);
    } catch (IOException failure) {
      watcher.failed(use, String.valueOf(failure.getMessage()));
      return false;
    } catch (RuntimeException bug) {
      // It must not be the end of the link.
      LOG.error("Connecting to Redis failed for a reason that is not Redis's", bug);
      watcher.failed(use, "a fault of Terrace");
      return false;
    }
    live = Optional.of(made);
    watcher.made(use, made);
    boolean worked = false;
    try {
      worked = isPingedUntilLost(made);
    } finally {
      live = Optional.empty();
      made.close("closed");
    }
    watcher.failed(use, made.reason());
    return worked;
  }

  private boolean isPingedUntilLost(Live made) throws InterruptedException {
    int lost = 0;
    boolean worked = false;
    while (!made.isLostWithin(PING_INTERVAL)) {
      lost = isPinged(made) ? 0 : lost + 1;
      worked |= lost == 0;
      if (lost >= LOST_PINGS) {
        made.close("no answer to " + LOST_PINGS + " pings");
      }
    }
    return worked;
  }

  private boolean isPinged(Live made) throws InterruptedException {
    long begun = System.nanoTime();
    try {
      made.send(commands -> commands.ping())
          .toCompletableFuture()
          .get(PING_DEADLINE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException silence) {
      return false;
    } catch (ExecutionException failed) {
      // An error is an answer, and what is not is seen as the loss of the connection.
      return true;
    }
    watcher.pinged(made.node(), Duration.ofNanos(System.nanoTime() - begun));
    return true;
  }
}
