package dev.terrace.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A subscription to one channel, made again by itself whenever it is lost, until it is closed.
public final class Subscription implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Redis.class);
  private static final Duration PING_INTERVAL = Duration.ofSeconds(1);

  private final Supervisor supervisor;
  private final byte[] channel;
  private final Consumer<byte[]> onMessage;
  private final Runnable onReconnected;
  private final Retry retry;
  private final Consumer<Subscription> onClose;
  private final Thread thread;

  private volatile boolean subscribed;

  Subscription(
      Supervisor supervisor,
      String channel,
      Consumer<byte[]> onMessage,
      Runnable onReconnected,
      Retry retry,
      Consumer<Subscription> onClose) {
    this.supervisor = supervisor;
    this.channel = channel.getBytes(StandardCharsets.UTF_8);
    this.onMessage = onMessage;
    this.onReconnected = onReconnected;
    this.retry = retry;
    this.onClose = onClose;
    this.thread = Thread.ofVirtual().name("redis-subscription").unstarted(this::run);
  }

  Subscription start() {
    thread.start();
    return this;
  }

  /// Whether it holds now, as far as is known.
  public boolean isSubscribed() {
    return subscribed;
  }

  @Override
  public void close() {
    thread.interrupt();
    onClose.accept(this);
  }

  private void run() {
    int failures = 0;
    try {
      while (true) {
        try {
          failures = isServed() ? 0 : failures + 1;
        } catch (IOException failure) {
          LOG.debug("A subscription to Redis failed: {}", failure.getMessage());
          failures++;
        } catch (RuntimeException | Error bug) {
          // It must not be the end of the subscription.
          LOG.error("A subscription to Redis failed for a reason that is not Redis's", bug);
          failures++;
        }
        retry.pause(failures);
      }
    } catch (InterruptedException closed) {
      LOG.debug("A subscription to Redis ends");
    }
  }

  /// One subscription from its making to its end.
  ///
  /// @return whether there was one
  private boolean isServed() throws IOException, InterruptedException {
    Optional<Deployment> deployment = supervisor.known();
    Optional<Tools> tools = supervisor.tools();
    if (deployment.isEmpty() || tools.isEmpty()) {
      return false;
    }
    Node node = deployment.get().anyNode();
    StatefulRedisPubSubConnection<byte[], byte[]> connection =
        tools.get().dialer().subscriber(node);
    CountDownLatch lost = new CountDownLatch(1);
    try {
      connection.addListener(new Lost(lost));
      connection.addListener(new Messages());
      tools.get().await(connection.async().subscribe(channel));
      subscribed = true;
      onReconnected.run();
      while (connection.isOpen()
          && !lost.await(PING_INTERVAL.toNanos(), TimeUnit.NANOSECONDS)
          && deployment.get().serves(node)) {
        tools.get().await(connection.async().ping());
      }
      return true;
    } finally {
      subscribed = false;
      HangUp.on(connection);
    }
  }

  private final class Messages extends RedisPubSubAdapter<byte[], byte[]> {
    @Override
    public void message(byte[] from, byte[] message) {
      onMessage.accept(message);
    }
  }

  private record Lost(CountDownLatch latch) implements RedisConnectionStateListener {
    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
      latch.countDown();
    }
  }
}
