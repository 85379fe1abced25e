package dev.terrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The servers that the other tests stand on do what is said of them.
class HarnessTest {
  @TempDir private Path directory;

  @Test
  void a_server_keeps_its_port_and_files_over_a_restart() {
    try (RedisServer server =
        RedisServer.start(RedisServer.Options.PLAIN.password("secret").line("appendonly yes"))) {
      server.ask("SET", "a", "1");

      server.restart();

      assertThat(server.ask("GET", "a")).isEqualTo("1");
    }
  }

  @Test
  void a_server_with_mutual_tls_lets_nobody_in_without_a_certificate() throws Exception {
    RedisCertificates certificates = RedisCertificates.create(directory, "ip:127.0.0.1");
    try (RedisServer server =
        RedisServer.start(RedisServer.Options.PLAIN.mutualTls(certificates))) {
      assertThat(server.ask("PING")).isEqualTo("PONG");
      assertThatThrownBy(() -> RedisTalk.to(server.port(), Optional.empty()).ask("PING"))
          .isInstanceOf(IOException.class);
    }
  }
}
