package dev.terrace.redis;

import dev.terrace.config.RedisSettings;
import io.lettuce.core.StatefulRedisConnectionImpl;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// What every part of one deployment works with.
///
/// @param dialer makes connections
/// @param failures words them
/// @param retry paces tries
/// @param reports hears what becomes of connections
/// @param rediscover finds out anew what Redis is
record Tools(
    RedisSettings settings,
    Dialer dialer,
    Failures failures,
    Retry retry,
    Reports reports,
    Runnable rediscover) {

  /// Bound of a question that is no lookup.
  static final Duration PATIENCE = Duration.ofSeconds(1);

  /// A connection that commands may use: logged in, and past loading.
  Live connect(Node node, Redis.Use use) throws IOException, InterruptedException {
    Live live = new Live(node, dialer.connect(node, use));
    try {
      await(live.send(commands -> commands.ping()));
      return live;
    } catch (ErrorReplyException reply) {
      // Whether PING is allowed is a matter of the checks, which say so.
      if (reply.code().equals("NOPERM")) {
        return live;
      }
      live.close("closed");
      throw reply;
    } catch (IOException | InterruptedException failure) {
      live.close("closed");
      throw failure;
    }
  }

  /// @throws IOException as [Failures#of] words it, or if there is no answer in time
  <T> T await(CompletionStage<T> answer) throws IOException, InterruptedException {
    try {
      return answer.toCompletableFuture().get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException failure) {
      throw failures.of(failure);
    } catch (TimeoutException late) {
      throw new IOException("no answer within " + PATIENCE.toMillis() + " ms");
    }
  }

  /// `standalone`, `sentinel` or `cluster`, as the server said at the login; empty where it spoke
  /// the older protocol.
  static Optional<String> mode(StatefulRedisConnection<byte[], byte[]> connection) {
    return connection instanceof StatefulRedisConnectionImpl<?, ?> known
        ? Optional.ofNullable(known.getConnectionState().getMode())
        : Optional.empty();
  }

  /// Whether it said that it is a master; empty as above.
  static Optional<Boolean> isMaster(StatefulRedisConnection<byte[], byte[]> connection) {
    return connection instanceof StatefulRedisConnectionImpl<?, ?> known
        ? Optional.ofNullable(known.getConnectionState().getRole())
            .map(role -> role.toLowerCase(Locale.ROOT).equals("master"))
        : Optional.empty();
  }

  /// Empty as above.
  static Optional<String> version(StatefulRedisConnection<byte[], byte[]> connection) {
    return connection instanceof StatefulRedisConnectionImpl<?, ?> known
        ? Optional.ofNullable(known.getConnectionState().getRedisVersion())
        : Optional.empty();
  }
}
