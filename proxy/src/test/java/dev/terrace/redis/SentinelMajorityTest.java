package dev.terrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What most Sentinels are, whatever ways there are to reach them.
final class SentinelMajorityTest {
  @Test
  void twoOfFiveThatWereNamedByHostAreNotMost() throws Exception {
    try (RedisSentinels sentinels = RedisSentinels.start(5, RedisSentinels.Announced.HERE);
        Redis redis = open(byName(sentinels.sentinels().subList(0, 2)))) {
      Rightful.await(redis);
      // By now it has asked at the addresses that they list, too.
      assertThat(Rightful.is(redis)).isTrue();
      sentinels.sentinels().get(2).suspend();
      sentinels.sentinels().get(3).suspend();
      Rightful.await(redis);

      sentinels.sentinels().get(4).suspend();
      assertThat(Rightful.is(redis)).as("two of five").isFalse();

      sentinels.sentinels().get(3).resume();
      Rightful.await(redis);
    }
  }

  @Test
  void sentinelsThatAnnounceWhereNobodyReachesThemAnswerWhereTheyWereNamed() throws Exception {
    try (RedisSentinels sentinels = RedisSentinels.start(3, RedisSentinels.Announced.ELSEWHERE);
        Redis redis = open(byName(sentinels.sentinels()))) {
      Rightful.await(redis);

      sentinels.sentinels().get(1).suspend();
      Rightful.await(redis);
      sentinels.sentinels().get(2).suspend();
      assertThat(Rightful.is(redis)).as("one of three").isFalse();
      sentinels.sentinels().get(1).resume();
      sentinels.sentinels().get(2).resume();

      sentinels.restartAnew();
      Rightful.await(redis);
    }
  }

  @Test
  void sentinelsThatForgotWhoTheyWereCountOnceWhereTheyWere() throws Exception {
    try (RedisSentinels sentinels = RedisSentinels.start(3, RedisSentinels.Announced.HERE);
        Redis redis = open(byName(sentinels.sentinels().subList(0, 1)))) {
      Rightful.await(redis);

      sentinels.restartAnew();
      Rightful.await(redis);

      sentinels.sentinels().get(1).suspend();
      Rightful.await(redis);
      sentinels.sentinels().get(2).suspend();
      assertThat(Rightful.is(redis)).as("one of three").isFalse();
    }
  }

  @Test
  void sentinelsThatCannotTellTheirIdCountWhereOthersListThem() throws Exception {
    try (RedisSentinels sentinels = RedisSentinels.start(3, RedisSentinels.Announced.HERE);
        Redis redis = open(byName(forbiddenToTell(sentinels).subList(0, 2)))) {
      Rightful.await(redis);

      sentinels.sentinels().get(1).suspend();
      Rightful.await(redis);
      sentinels.sentinels().get(2).suspend();
      assertThat(Rightful.is(redis)).as("one of three").isFalse();
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
}
