package dev.terrace;

import dev.terrace.config.RedisSettings;
import dev.terrace.config.Secret;
import dev.terrace.config.Settings;
import dev.terrace.layer.Breaker;
import dev.terrace.layer.GuardedLayer;
import dev.terrace.layer.HotKeys;
import dev.terrace.layer.LayerStack;
import dev.terrace.layer.redis.RedisLayer;
import dev.terrace.layer.redis.SharedHotKeys;
import dev.terrace.observe.Observer;
import dev.terrace.purge.History;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.redis.HandOver;
import dev.terrace.purge.redis.SharedLog;
import dev.terrace.redis.Redis;
import dev.terrace.rules.Expiry;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What this instance shares with others through Redis: the layer, and the log of purges.
final class OnRedis implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OnRedis.class);

  /// Of a chunk of a body, and of a change.
  private static final Duration CHANGE_DEADLINE = Duration.ofSeconds(2);

  /// Redis itself keeps the deadline of a lookup; two round trips are one at the most.
  private static final int ROUND_TRIPS = 4;

  private static final Breaker.Settings BREAKER =
      new Breaker.Settings(3, Duration.ofMillis(500), Duration.ofSeconds(5));

  private static final long MOST_QUEUED_BYTES = 64L << 20;

  /// The part of the heap that may wait to be written.
  private static final int HEAP_SHARE = 16;

  private static final Duration LAST_WRITES = Duration.ofSeconds(2);

  private final Settings settings;
  private final Redis redis;
  private final SharedLog log;
  private final RedisLayer layer;
  private final LayerStack.Lower lower;
  private final SharedHotKeys hotKeys;

  /// One thread, so that Redis changes in the order in which changes were asked for.
  private final ExecutorService writes =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("terrace-redis-write").daemon().factory());

  /// @param table SHARED, restored from `history`
  /// @param self the id of this instance
  OnRedis(
      Settings settings,
      PurgeTable table,
      History history,
      String self,
      Expiry expiry,
      Observer observer,
      InstantSource clock) {
    this.settings = settings;
    RedisSettings wanted = settings.redis();
    SecureRandom random = new SecureRandom();
    redis = Redis.open(wanted, observer, clock, random);
    log =
        new SharedLog(
            redis,
            log(settings, self),
            table,
            history,
            new HandOver(settings.admin().token().map(Secret::text)),
            clock,
            System::nanoTime,
            random,
            observer);
    layer = new RedisLayer(redis, layer(settings), expiry, clock, random);
    hotKeys = new SharedHotKeys(redis, wanted.keyPrefix(), self, CHANGE_DEADLINE, clock);
    Duration lookup = wanted.commandTimeout().multipliedBy(ROUND_TRIPS);
    lower =
        new LayerStack.Lower(
            new GuardedLayer(
                layer,
                layer::node,
                new GuardedLayer.Settings(lookup, CHANGE_DEADLINE.multipliedBy(2), BREAKER),
                Runnable::run,
                observer,
                System::nanoTime),
            writes,
            Math.min(MOST_QUEUED_BYTES, Runtime.getRuntime().maxMemory() / HEAP_SHARE));
  }

  private static SharedLog.Settings log(Settings settings, String self) {
    RedisSettings wanted = settings.redis();
    RedisSettings.Coherence coherence = wanted.coherence();
    return new SharedLog.Settings(
        wanted.keyPrefix(),
        wanted.db(),
        self,
        coherence.outage() == RedisSettings.Outage.SERVE
            ? SharedLog.Confirms.NOTHING
            : SharedLog.Confirms.EVERYTHING,
        coherence.lease(),
        coherence.memberTimeout(),
        coherence.purgeWait(),
        settings.cache().maxLife());
  }

  private static RedisLayer.Settings layer(Settings settings) {
    RedisSettings wanted = settings.redis();
    return new RedisLayer.Settings(
        wanted.keyPrefix(),
        wanted.commandTimeout(),
        CHANGE_DEADLINE,
        wanted.maxEntryBytes(),
        settings.limits().maxVariants(),
        wanted.entryKey().map(key -> key.text().getBytes(StandardCharsets.UTF_8)),
        switch (wanted.compression()) {
          case OFF -> RedisLayer.Compressing.OFF;
          case ZSTD -> RedisLayer.Compressing.ZSTD;
        });
  }

  /// Begins to follow the log; the layer is read from once that works.
  ///
  /// @param adminPort by which other instances may reach this one
  void start(int adminPort) {
    log.start();
    if (settings.listen().tls().isEmpty()) {
      Thread.ofVirtual()
          .name("own-address")
          .start(() -> ownAddress().ifPresent(own -> log.reachedAt(reached(own, adminPort))));
    }
  }

  private String reached(String own, int adminPort) {
    return (own.contains(":") ? "[" + own + "]" : own) + ":" + adminPort + settings.admin().path();
  }

  /// The address from which this machine reaches Redis: others that share Redis may reach it there.
  private Optional<String> ownAddress() {
    RedisSettings.Address node = settings.redis().nodes().getFirst();
    try (DatagramSocket socket = new DatagramSocket()) {
      // Nothing is sent: the system only chooses the way.
      socket.connect(new InetSocketAddress(node.host(), node.port()));
      InetAddress own = socket.getLocalAddress();
      return own.isAnyLocalAddress() ? Optional.empty() : Optional.of(own.getHostAddress());
    } catch (SocketException | UncheckedIOException e) {
      return Optional.empty();
    }
  }

  Redis redis() {
    return redis;
  }

  SharedLog log() {
    return log;
  }

  /// Where instances leave which keys are hot.
  HotKeys hotKeys() {
    return hotKeys;
  }

  LayerStack.Lower lower() {
    return lower;
  }

  /// Writes what is still to be written, within a moment; nothing is taken any more.
  void finishWrites() {
    if (!LastWrites.finish(writes, LAST_WRITES)) {
      LOG.info("Some entries were not written to Redis before the end");
      writes.shutdownNow();
    }
  }

  @Override
  public void close() {
    log.close();
    writes.shutdownNow();
    redis.close();
  }
}
