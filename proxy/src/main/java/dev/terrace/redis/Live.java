package dev.terrace.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/// A connection that works, until it is lost or closed. Safe for use by any thread.
final class Live {
  /// Silences in a row after which a connection is worth less than a new one.
  private static final int SILENCES = 5;

  private final Node node;
  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final RedisAsyncCommands<byte[], byte[]> commands;
  private final CountDownLatch lost = new CountDownLatch(1);
  private final AtomicBoolean closed = new AtomicBoolean();

  /// Keeps what one command function sends together; held while sending, never while waiting.
  private final ReentrantLock together = new ReentrantLock();

  // Guarded by this.
  private int silences;
  private long lastSilenceNanos;
  private String reason = "the connection was closed";

  Live(Node node, StatefulRedisConnection<byte[], byte[]> connection) {
    this.node = node;
    this.connection = connection;
    this.commands = connection.async();
    this.lastSilenceNanos = System.nanoTime();
    connection.addListener(
        new RedisConnectionStateListener() {
          @Override
          public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
            lost.countDown();
          }
        });
    if (!connection.isOpen()) {
      lost.countDown();
    }
  }

  Node node() {
    return node;
  }

  StatefulRedisConnection<byte[], byte[]> connection() {
    return connection;
  }

  /// Sends. What comes from other threads may come between two commands.
  <T> CompletionStage<T> send(Command<T> command) {
    return command.on(commands);
  }

  /// Sends, and nothing of other threads that send in this way comes between.
  <T> CompletionStage<T> sendTogether(Command<T> command) {
    together.lock();
    try {
      return command.on(commands);
    } finally {
      together.unlock();
    }
  }

  /// The same, as the target of a redirection that holds for one command.
  <T> CompletionStage<T> sendAsking(Command<T> command) {
    return sendTogether(
        all -> {
          // Its answer is that of the command: an error of it is one of that, too.
          var _ = commands.asking();
          return command.on(all);
        });
  }

  /// An answer came, be it an error.
  synchronized void answered() {
    silences = 0;
  }

  /// No answer came in time. Commands that waited at the same time count once: a pause of the
  /// server is one silence, however many met it.
  void unanswered(long sentNanos) {
    if (isTooSilent(sentNanos)) {
      close("no answer " + SILENCES + " times in a row");
    }
  }

  private synchronized boolean isTooSilent(long sentNanos) {
    if (sentNanos - lastSilenceNanos < 0) {
      return false;
    }
    silences++;
    lastSilenceNanos = System.nanoTime();
    return silences >= SILENCES;
  }

  boolean isLost() {
    return lost.getCount() == 0;
  }

  /// Whether it was lost within the time.
  boolean isLostWithin(Duration time) throws InterruptedException {
    return lost.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// Why it was lost.
  synchronized String reason() {
    return reason;
  }

  /// @param why in words that follow the name of the node
  void close(String why) {
    synchronized (this) {
      if (!isLost()) {
        reason = why;
      }
    }
    lost.countDown();
    if (closed.compareAndSet(false, true)) {
      HangUp.on(connection);
    }
  }
}
