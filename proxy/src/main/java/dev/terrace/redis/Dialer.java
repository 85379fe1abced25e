package dev.terrace.redis;

import dev.terrace.config.RedisSettings;
import dev.terrace.config.Secret;
import dev.terrace.config.Settings;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// Makes single connections, as the operator wants them; who gets one closes it. Safe for use by
/// any thread; every method waits no longer than the time to connect.
///
/// Lettuce's own ways are switched off where they are not ours: it would queue without bound, wait
/// for a lost connection, and send again what may have been done. That is spelt out option by
/// option, which makes this file longer than others.
final class Dialer implements AutoCloseable {
  private static final int LARGEST_PORT = 65_535;

  /// Threads end once nothing has happened for so long, and after this time at the latest.
  private static final long QUIET_MILLIS = 300;

  private static final long CLOSE_MILLIS = 3_000;

  /// The least that Lettuce takes.
  private static final int THREADS = 2;

  private static final Duration KEEP_ALIVE_IDLE = Duration.ofSeconds(10);
  private static final Duration KEEP_ALIVE_INTERVAL = Duration.ofSeconds(3);
  private static final int KEEP_ALIVE_PROBES = 3;

  /// What was sent and is not acknowledged by the other machine for so long: the connection is
  /// dead.
  private static final Duration USER_TIMEOUT = Duration.ofSeconds(10);

  static {
    // Lettuce warns, several times, where the kernel does not allow what we do not use.
    if (System.getProperty("io.lettuce.core.iouring") == null) {
      System.setProperty("io.lettuce.core.iouring", "false");
    }
  }

  private final RedisSettings settings;
  private final Password password;
  private final Failures failures;
  private final ClientResources resources;
  private final Map<Redis.Use, RedisClient> clients = new EnumMap<>(Redis.Use.class);

  Dialer(RedisSettings settings, Password password, Failures failures) {
    this.settings = settings;
    this.password = password;
    this.failures = failures;
    this.resources =
        DefaultClientResources.builder()
            .ioThreadPoolSize(THREADS)
            .computationThreadPoolSize(THREADS)
            .commandLatencyRecorder(CommandLatencyRecorder.disabled())
            .build();
    for (Redis.Use use : Redis.Use.values()) {
      RedisClient client = RedisClient.create(resources);
      client.setOptions(options(use));
      clients.put(use, client);
    }
  }

  /// For commands.
  StatefulRedisConnection<byte[], byte[]> connect(Node node, Redis.Use use)
      throws IOException, InterruptedException {
    RedisURI uri = uri(node, settings.db());
    return dial(() -> client(use).connectAsync(ByteArrayCodec.INSTANCE, uri));
  }

  /// For questions about the server itself, whatever it is: without choosing a db.
  StatefulRedisConnection<byte[], byte[]> probe(Node node)
      throws IOException, InterruptedException {
    RedisURI uri = uri(node, 0);
    return dial(() -> client(Redis.Use.CHANGE).connectAsync(ByteArrayCodec.INSTANCE, uri));
  }

  /// For a subscription.
  StatefulRedisPubSubConnection<byte[], byte[]> subscriber(Node node)
      throws IOException, InterruptedException {
    RedisURI uri = uri(node, 0);
    return dial(() -> client(Redis.Use.CHANGE).connectPubSubAsync(ByteArrayCodec.INSTANCE, uri));
  }

  /// For questions to a Sentinel. A Sentinel that lets everybody ask gets no password.
  StatefulRedisSentinelConnection<String, String> sentinel(Node node)
      throws IOException, InterruptedException {
    RedisClient client = client(Redis.Use.CHANGE);
    try {
      RedisURI open = builder(node, 0).build();
      return dial(() -> client.connectSentinelAsync(StringCodec.UTF8, open));
    } catch (IOException refused) {
      if (!String.valueOf(refused.getMessage()).contains("NOAUTH")) {
        throw refused;
      }
      RedisURI uri = uri(node, 0);
      return dial(() -> client.connectSentinelAsync(StringCodec.UTF8, uri));
    }
  }

  /// Closes what is open, and then, without being waited for, ends the threads: what was being
  /// connected meanwhile still needs them.
  @Override
  public void close() {
    CompletableFuture<?>[] closing =
        clients.values().stream()
            .map(client -> client.shutdownAsync(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS))
            .toArray(CompletableFuture<?>[]::new);
    var _ =
        CompletableFuture.allOf(closing)
            .whenComplete(
                (_, _) -> {
                  var _ = resources.shutdown(QUIET_MILLIS, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
                });
  }

  private RedisClient client(Redis.Use use) {
    return clients.getOrDefault(use, clients.values().iterator().next());
  }

  private <C extends StatefulConnection<?, ?>> C dial(Supplier<CompletionStage<C>> dialling)
      throws IOException, InterruptedException {
    CompletableFuture<C> future;
    try {
      future = dialling.get().toCompletableFuture();
    } catch (IllegalStateException | RejectedExecutionException | RedisException closed) {
      throw new IOException("the client is closed");
    }
    try {
      return future.get(settings.connectTimeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException failure) {
      throw new IOException(failures.line(failure));
    } catch (TimeoutException late) {
      closeIfMade(future);
      throw new IOException("no connection within " + settings.connectTimeout().toMillis() + " ms");
    } catch (InterruptedException interrupted) {
      closeIfMade(future);
      throw interrupted;
    }
  }

  private static <C extends StatefulConnection<?, ?>> void closeIfMade(
      CompletableFuture<C> connecting) {
    var _ = connecting.thenAccept(HangUp::on);
  }

  private RedisURI uri(Node node, int db) throws IOException {
    RedisURI.Builder uri = builder(node, db);
    Optional<Secret> secret = password.current();
    if (secret.isPresent()) {
      char[] text = secret.get().text().toCharArray();
      settings
          .username()
          .ifPresentOrElse(
              user -> uri.withAuthentication(user, text), () -> uri.withPassword(text));
    }
    return uri.build();
  }

  private RedisURI.Builder builder(Node node, int db) throws IOException {
    if (node.host().isEmpty() || node.port() < 1 || node.port() > LARGEST_PORT) {
      throw new IOException("a server is named without a host and port");
    }
    return RedisURI.Builder.redis(node.host(), node.port())
        .withSsl(settings.tls().isPresent())
        .withVerifyPeer(true)
        .withDatabase(db)
        .withClientName("terrace")
        .withTimeout(settings.connectTimeout());
  }

  private ClientOptions options(Redis.Use use) {
    ClientOptions.Builder options =
        ClientOptions.builder()
            .autoReconnect(false)
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .requestQueueSize(use.queue())
            .maintNotificationsConfig(MaintNotificationsConfig.disabled())
            .socketOptions(socketOptions());
    settings.tls().ifPresent(tls -> options.sslOptions(sslOptions(tls)));
    return options.build();
  }

  private SocketOptions socketOptions() {
    return SocketOptions.builder()
        .connectTimeout(settings.connectTimeout())
        .keepAlive(
            SocketOptions.KeepAliveOptions.builder()
                .enable()
                .idle(KEEP_ALIVE_IDLE)
                .interval(KEEP_ALIVE_INTERVAL)
                .count(KEEP_ALIVE_PROBES)
                .build())
        .tcpUserTimeout(
            SocketOptions.TcpUserTimeoutOptions.builder()
                .enable()
                .tcpUserTimeout(USER_TIMEOUT)
                .build())
        .build();
  }

  /// Lettuce reads the files again at each connection, so that certificates can be renewed.
  private SslOptions sslOptions(RedisSettings.Tls tls) {
    SslOptions.Builder options =
        SslOptions.builder()
            .jdkSslProvider()
            .protocols("TLSv1.3", "TLSv1.2")
            .handshakeTimeout(settings.connectTimeout());
    tls.authorities().ifPresent(file -> options.trustManager(file.toFile()));
    tls.identity().ifPresent(identity -> show(identity, options));
    return options.build();
  }

  private static void show(Settings.Tls identity, SslOptions.Builder options) {
    options.keyManager(identity.certificate().toFile(), identity.key().toFile(), new char[0]);
  }
}
