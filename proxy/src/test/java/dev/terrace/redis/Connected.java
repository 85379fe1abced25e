package dev.terrace.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;

/// Waiting for connections, and plain commands over them.
public final class Connected {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// Of what is expected to succeed.
  static final Duration DEADLINE = Duration.ofSeconds(10);

  /// Of what may hang, and is tried again.
  static final Duration ONE_TRY = Duration.ofMillis(500);

  private Connected() {}

  /// Until every node is connected.
  public static void await(Redis redis) {
    org.awaitility.Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(
            () ->
                assertThat(redis.status().state())
                    .as(redis.status().toString())
                    .isEqualTo(Status.State.CONNECTED));
  }

  static String get(Redis redis, String key) throws IOException {
    byte[] name = key.getBytes(UTF_8);
    byte[] value = redis.ask(Redis.Use.LOOKUP, name, DEADLINE, commands -> commands.get(name));
    return value == null ? "" : new String(value, UTF_8);
  }

  static String set(Redis redis, String key, String value) throws IOException {
    return set(redis, key, value, DEADLINE);
  }

  static String set(Redis redis, String key, String value, Duration deadline) throws IOException {
    byte[] name = key.getBytes(UTF_8);
    return redis.ask(
        Redis.Use.CHANGE, name, deadline, commands -> commands.set(name, value.getBytes(UTF_8)));
  }
}
