package dev.terrace.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.ScriptOutputType;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A Redis Cluster behind one address: found, and followed while slots move and masters die.
class ClusterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static RedisCluster cluster;

  @BeforeAll
  static void start() {
    cluster = RedisCluster.start();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void the_address_of_one_node_is_enough_for_every_key() throws IOException {
    try (Redis redis = TestSettings.open(cluster.servers().getLast().port())) {
      Connected.await(redis);

      assertThat(redis.status().mode()).isEqualTo("cluster");
      assertThat(redis.nodes()).hasSize(3);
      for (int i = 0; i < 30; i++) {
        assertThat(Connected.set(redis, "key" + i, "" + i)).isEqualTo("OK");
        assertThat(Connected.get(redis, "key" + i)).isEqualTo("" + i);
      }
      long keys = 0;
      for (Node node : redis.nodes()) {
        keys += redis.askNode(node, Connected.DEADLINE, commands -> commands.dbsize());
      }
      assertThat(keys).isGreaterThanOrEqualTo(30);
    }
  }

  @Test
  void a_slot_that_moves_is_followed_at_every_step() throws IOException {
    try (Redis redis = TestSettings.open(cluster.servers().getFirst().port())) {
      Connected.await(redis);
      Connected.set(redis, "{slot}a", "1");
      int slot = cluster.slot("{slot}a");
      RedisServer from = cluster.ownerOf(slot);
      RedisServer to =
          cluster.masters().stream().filter(one -> one != from).findFirst().orElseThrow();

      cluster.beginMove(slot, to);
      assertThat(Connected.get(redis, "{slot}a")).isEqualTo("1");
      cluster.moveKeys(slot, from, to);
      assertThat(Connected.get(redis, "{slot}a")).as("by ASK").isEqualTo("1");
      assertThat(Connected.set(redis, "{slot}b", "2")).as("by ASK").isEqualTo("OK");
      assertThat(concatenated(redis)).as("a script by ASK").isEqualTo("12");
      cluster.endMove(slot, to);
      assertThat(Connected.get(redis, "{slot}b")).as("by MOVED").isEqualTo("2");

      assertThat(redis.nodeOf("{slot}a".getBytes(UTF_8))).isEqualTo(to.address());
    }
  }

  /// What a script of two keys says.
  private static String concatenated(Redis redis) throws IOException {
    byte[] a = "{slot}a".getBytes(UTF_8);
    byte[] b = "{slot}b".getBytes(UTF_8);
    byte[] both =
        redis.ask(
            Redis.Use.CHANGE,
            a,
            Connected.DEADLINE,
            commands ->
                commands.eval(
                    "return redis.call('GET',KEYS[1])..redis.call('GET',KEYS[2])",
                    ScriptOutputType.VALUE,
                    a,
                    b));
    return new String(both, UTF_8);
  }

  @Test
  void a_master_that_dies_costs_its_keys_until_its_replica_has_taken_over() {
    try (Redis redis = TestSettings.open(cluster.servers().getFirst().port())) {
      Connected.await(redis);
      RedisServer lost = cluster.ownerOf(cluster.slot("lost"));

      cluster.killMaster(lost);

      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .untilAsserted(
              () ->
                  assertThat(Connected.set(redis, "lost", "1", Connected.ONE_TRY)).isEqualTo("OK"));
      Connected.await(redis);
      assertThat(redis.nodes()).hasSize(3);
      assertThat(redis.nodes().toString()).doesNotContain(lost.address());
      lost.restart();
      cluster.awaitState();
    }
  }

  /// It would take a write in the moment in which it wakes up.
  @Test
  void a_master_that_was_stopped_while_another_was_elected_is_not_the_rightful_one()
      throws IOException {
    try (Redis redis = TestSettings.open(cluster.servers().getFirst().port())) {
      Connected.await(redis);
      byte[] key = "stopped".getBytes(UTF_8);
      Node before = whoSets(redis, key, Connected.DEADLINE);
      assertThat(redis.isRightful(before, key)).isTrue();
      RedisServer stopped = cluster.ownerOf(cluster.slot("stopped"));

      stopped.suspend();
      try {
        await()
            .atMost(PATIENCE)
            .ignoreExceptions()
            .until(() -> !whoSets(redis, key, Connected.ONE_TRY).equals(before));
        assertThat(redis.isRightful(whoSets(redis, key, Connected.DEADLINE), key)).isTrue();
        assertThat(redis.isRightful(before, key)).isFalse();
      } finally {
        stopped.resume();
        cluster.awaitHealth();
      }
    }
  }

  private static Node whoSets(Redis redis, byte[] key, Duration deadline) throws IOException {
    return redis.change(key, deadline, commands -> commands.set(key, key)).by();
  }

  @Test
  void a_db_other_than_0_is_refused_in_a_line() {
    try (Redis redis = TestSettings.open(cluster.servers().getFirst().port(), "--redis-db=1")) {
      await()
          .untilAsserted(
              () ->
                  assertThat(redis.status().lastFailure())
                      .isEqualTo(
                          "db 1 is asked for, and a Redis Cluster has only db 0: set"
                              + " --redis-db=0"));
      assertThatThrownBy(() -> Connected.get(redis, "a")).isInstanceOf(NotConnectedException.class);
    }
  }
}
