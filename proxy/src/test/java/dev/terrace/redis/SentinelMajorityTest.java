package dev.terrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What most Sentinels are, whatever ways there are to reach them.
final class SentinelMajorityTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Test
  void twoOfFiveThatWereNamedByHostAreNotMost() throws Exception {
    try (RedisSentinels sentinels = RedisSentinels.start(5, RedisSentinels.Announced.HERE);
        Redis redis = open(byName(sentinels.sentinels().subList(0, 2)))) {
      awaitRightful(redis);
      // By now it has asked at the addresses that they list, too.
      assertThat(isRightful(redis)).isTrue();
      sentinels.sentinels().get(2).suspend();
      sentinels.sentinels().get(3).suspend();
      awaitRightful(redis);

      sentinels.sentinels().get(4).suspend();
      assertThat(isRightful(redis)).as("two of five").isFalse();

      sentinels.sentinels().get(3).resume();
      awaitRightful(redis);
    }
  }

  @Test
  void sentinelsThatAnnounceWhereNobodyReachesThemAnswerWhereTheyWereNamed() throws Exception {
    try (RedisSentinels sentinels = RedisSentinels.start(3, RedisSentinels.Announced.ELSEWHERE);
        Redis redis = open(byName(sentinels.sentinels()))) {
      awaitRightful(redis);

      sentinels.sentinels().get(1).suspend();
      awaitRightful(redis);
      sentinels.sentinels().get(2).suspend();
      assertThat(isRightful(redis)).as("one of three").isFalse();
      sentinels.sentinels().get(1).resume();
      sentinels.sentinels().get(2).resume();

      sentinels.restartAnew();
      awaitRightful(redis);
    }
  }

  @Test
  void sentinelsThatForgotWhoTheyWereCountOnceWhereTheyWere() throws Exception {
    try (RedisSentinels sentinels = RedisSentinels.start(3, RedisSentinels.Announced.HERE);
        Redis redis = open(byName(sentinels.sentinels().subList(0, 1)))) {
      awaitRightful(redis);

      sentinels.restartAnew();
      awaitRightful(redis);

      sentinels.sentinels().get(1).suspend();
      awaitRightful(redis);
      sentinels.sentinels().get(2).suspend();
      assertThat(isRightful(redis)).as("one of three").isFalse();
    }
  }

  @Test
  void sentinelsThatCannotTellTheirIdCountWhereOthersListThem() throws Exception {
    try (RedisSentinels sentinels = RedisSentinels.start(3, RedisSentinels.Announced.HERE);
        Redis redis = open(byName(forbiddenToTell(sentinels).subList(0, 2)))) {
      awaitRightful(redis);

      sentinels.sentinels().get(1).suspend();
      awaitRightful(redis);
      sentinels.sentinels().get(2).suspend();
      assertThat(isRightful(redis)).as("one of three").isFalse();
    }
  }

  private static List<RedisServer> forbiddenToTell(RedisSentinels sentinels) {
    for (RedisServer sentinel : sentinels.sentinels()) {
      sentinel.ask("ACL", "SETUSER", "default", "-sentinel|myid");
    }
    return sentinels.sentinels();
  }

  private static String byName(List<RedisServer> seeds) {
    return seeds.stream().map(seed -> "localhost:" + seed.port()).collect(Collectors.joining(","));
  }

  private static Redis open(String nodes) {
    Redis redis = TestSettings.open("--redis-mode=sentinel", "--redis-nodes=" + nodes);
    Connected.await(redis);
    return redis;
  }

  private static void awaitRightful(Redis redis) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> isRightful(redis));
  }

  private static boolean isRightful(Redis redis) throws IOException {
    byte[] key = {'k'};
    Redis.Told<String> told = redis.change(key, PATIENCE, commands -> commands.set(key, key));
    return redis.isRightful(told.by(), key);
  }
}
