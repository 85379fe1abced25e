package dev.terrace.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A standalone server: ways to log in, and what happens when it is not there.
class StandaloneTest {
  @TempDir private Path directory;

  @Test
  void commands_get_through_and_the_status_says_to_what() throws IOException {
    try (RedisServer server = RedisServer.start();
        Redis redis = TestSettings.open(server.port())) {
      Connected.await(redis);

      assertThat(Connected.set(redis, "a", "1")).isEqualTo("OK");
      assertThat(Connected.get(redis, "a")).isEqualTo("1");
      assertThat(server.ask("GET", "a")).isEqualTo("1");
      assertThat(redis.status().mode()).isEqualTo("standalone");
      assertThat(redis.status().nodes()).isEqualTo(1);
      assertThat(redis.nodes()).hasToString("[" + server.address() + "]");
      assertThat(redis.nodeOf("a".getBytes(UTF_8))).isEqualTo(server.address());
      assertThat(server.ask("CLIENT", "LIST")).contains("name=terrace").contains("resp=3");
    }
  }

  @Test
  void a_command_while_there_is_no_connection_fails_at_once_and_later_ones_get_through()
      throws IOException {
    try (RedisServer server = RedisServer.start()) {
      server.stop();
      try (Redis redis = TestSettings.open(server.port(), "--redis-command-timeout=10s")) {
        long begun = System.nanoTime();
        assertThatThrownBy(() -> Connected.get(redis, "a"))
            .isInstanceOf(NotConnectedException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(8));
        assertThat(redis.status().connected()).isFalse();

        server.restart();
        Connected.await(redis);

        assertThat(Connected.set(redis, "a", "1")).isEqualTo("OK");
      }
    }
  }
}
