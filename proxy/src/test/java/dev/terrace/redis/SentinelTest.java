package dev.terrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A master that Sentinels watch: found, followed, and never confused with the one before it.
class SentinelTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static RedisSentinels sentinels;

  @BeforeAll
  static void start() {
    sentinels = RedisSentinels.start();
  }

  @AfterAll
  static void stop() {
    sentinels.close();
  }

  @Test
  void the_port_of_a_sentinel_is_enough_and_the_master_is_followed_through_failovers()
      throws Exception {
    RedisServer sentinel = sentinels.sentinels().getFirst();
    try (Redis redis = TestSettings.open(sentinel.port())) {
      Connected.await(redis);
      assertThat(redis.status().mode()).isEqualTo("sentinel");
      assertThat(redis.nodes()).hasToString("[" + sentinels.master().address() + "]");

      RedisServer promoted = sentinels.failover();

      awaitWriteTo(redis, promoted, "planned");
      promoted.suspend();
      RedisServer next = sentinels.awaitOtherMaster(promoted);
      awaitWriteTo(redis, next, "hanging");
      promoted.resume();
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> promoted.ask("ROLE").startsWith("slave"));
      sentinels.awaitReadiness();
    }
  }

  @Test
  void sentinels_that_were_not_named_are_asked_when_the_named_one_is_gone() throws Exception {
    RedisServer named = sentinels.sentinels().getLast();
    try (Redis redis =
        TestSettings.open("--redis-mode=sentinel", "--redis-nodes=" + named.address())) {
      Connected.await(redis);
      RedisServer master = sentinels.master();
      named.suspend();

      master.kill();
      RedisServer next = sentinels.awaitOtherMaster(master);

      awaitWriteTo(redis, next, "unnamed");
      master.restart();
      named.resume();
      sentinels.awaitReadiness();
    }
  }

  @Test
  void sentinels_that_were_started_elsewhere_count_instead_of_the_former_ones() throws Exception {
    try (RedisSentinels moving = RedisSentinels.start();
        Redis redis =
            TestSettings.open(
                "--redis-mode=sentinel", "--redis-nodes=" + moving.addresses().getFirst())) {
      Connected.await(redis);
      // With all that ever were there would be six, of which three answer.
      for (int index : new int[] {1, 2, 1}) {
        Rightful.await(redis);
        moving.replaceSentinel(index);
      }
      Rightful.await(redis);
      moving.sentinels().get(1).suspend();
      Rightful.await(redis);
      moving.sentinels().get(2).suspend();
      assertThat(Rightful.is(redis)).as("one of three is not most").isFalse();
    }
  }

  @Test
  void a_url_of_sentinels_names_the_master_and_one_that_is_not_known_is_said() {
    String nodes = String.join(",", sentinels.addresses());
    try (Redis right =
            TestSettings.open(
                "--redis-url=redis-sentinel://" + nodes + "/0#" + RedisSentinels.MASTER);
        Redis wrong = TestSettings.open("--redis-url=redis-sentinel://" + nodes + "#other")) {
      Connected.await(right);

      await()
          .untilAsserted(
              () ->
                  assertThat(wrong.status().lastFailure())
                      .contains(
                          "the Sentinels know the masters [terrace]: name one by"
                              + " --redis-sentinel-master"));
    }
  }

  private static void awaitWriteTo(Redis redis, RedisServer master, String value) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              assertThat(Connected.set(redis, "a", value, Connected.ONE_TRY)).isEqualTo("OK");
              assertThat(master.ask("GET", "a")).isEqualTo(value);
            });
  }
}
