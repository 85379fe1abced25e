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

  @Test
  void sentinels_make_another_server_the_master() {
    try (RedisSentinels sentinels = RedisSentinels.start()) {
      RedisServer old = sentinels.master();
      old.kill();

      assertThat(sentinels.awaitOtherMaster(old).ask("SET", "a", "1")).isEqualTo("OK");
    }
  }

  @Test
  void a_cluster_moves_slots_and_outlives_a_master() {
    try (RedisCluster cluster = RedisCluster.start()) {
      int slot = cluster.slot("a");
      RedisServer owner = cluster.ownerOf(slot);
      owner.ask("SET", "a", "1");
      RedisServer other =
          cluster.masters().stream().filter(one -> one != owner).findFirst().orElseThrow();

      cluster.moveSlot(slot, other);

      assertThat(other.ask("GET", "a")).isEqualTo("1");
      assertThatThrownBy(() -> owner.ask("GET", "a")).hasMessageContaining("MOVED " + slot);
      cluster.killMaster(other);
      assertThat(cluster.ownerOf(slot).ask("GET", "a")).isEqualTo("1");
    }
  }
}
