package dev.terrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import org.junit.jupiter.api.Test;

/// What is said of a server when it is first connected: what does not fit, once, and nothing else.
class ServerChecksTest {
  private static final RedisServer.Options FIT =
      RedisServer.Options.PLAIN
          .line("maxmemory 100mb")
          .line("maxmemory-policy allkeys-lru")
          .line("appendonly yes");

  @Test
  void nothing_is_said_of_a_server_that_fits_and_its_run_is_known() {
    try (Log log = Log.open();
        RedisServer server = RedisServer.start(FIT);
        Redis redis = TestSettings.open(server.port())) {
      await().until(() -> !redis.status().runId().isEmpty());

      assertThat(server.ask("INFO", "server")).contains("run_id:" + redis.status().runId());
      assertThat(redis.status().version()).matches("\\d+\\.\\d+\\.\\d+");
      // The looks of a server are taken one after the other, and the second begins when the first
      // has said all.
      server.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      await()
          .until(() -> log.about(server).stream().filter(l -> l.contains("Connected")).count() > 1);
      assertThat(log.about(server)).noneMatch(line -> line.contains(": it "));
    }
  }

  @Test
  void a_server_without_bounds_and_disk_is_told_of_once_a_run() {
    try (Log log = Log.open();
        RedisServer server = RedisServer.start();
        Redis redis = TestSettings.open(server.port())) {
      await().until(() -> warnings(log, server).size() == 2);
      assertThat(warnings(log, server))
          .anyMatch(line -> line.contains("maxmemory is not set"))
          .anyMatch(line -> line.contains("it keeps nothing on disk"));

      server.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      await().until(() -> connections(log, server) == 2);
      server.restart();

      await().until(() -> warnings(log, server).size() == 4);
    }
  }

  @Test
  void a_server_that_refuses_writes_when_full_is_told_of() {
    try (Log log = Log.open();
        RedisServer server = RedisServer.start(FIT.line("maxmemory-policy noeviction"));
        Redis redis = TestSettings.open(server.port())) {
      await().until(() -> !redis.status().runId().isEmpty() && !warnings(log, server).isEmpty());

      assertThat(warnings(log, server))
          .singleElement()
          .asString()
          .contains("maxmemory-policy is noeviction");
    }
  }

  @Test
  void rights_that_the_user_lacks_are_told_without_doing_anything() {
    RedisServer.Options options =
        FIT.user("terrace on >secret ~proxy:cache:* &proxy:* +@all -hset -eval -subscribe");
    try (Log log = Log.open();
        RedisServer server = RedisServer.start(options);
        Redis redis =
            TestSettings.open(
                server.port(), "--redis-username=terrace", "--redis-password=secret")) {
      await().until(() -> !warnings(log, server).isEmpty());

      assertThat(warnings(log, server))
          .singleElement()
          .asString()
          .contains("its user may not use HSET, EVAL, SUBSCRIBE:")
          .contains("on keys proxy:cache:*");
      assertThat(server.ask("DBSIZE")).isEqualTo("0");
      assertThat(redis.status().connected()).isTrue();
    }
  }

  @Test
  void a_server_that_hides_info_and_config_is_used_all_the_same() throws Exception {
    RedisServer.Options options =
        FIT.user("terrace on >secret ~* &* +@all -info -config -multi -ping -client");
    try (Log log = Log.open();
        RedisServer server = RedisServer.start(options);
        Redis redis =
            TestSettings.open(
                server.port(), "--redis-username=terrace", "--redis-password=secret")) {
      Connected.await(redis);
      await().until(() -> !warnings(log, server).isEmpty());

      assertThat(warnings(log, server)).singleElement().asString().contains("it hides INFO");
      assertThat(Connected.set(redis, "a", "1")).isEqualTo("OK");
    }
  }

  @Test
  void what_a_server_says_of_itself_is_judged() {
    assertThat(fitness("redis_version:6.0.16", "standalone"))
        .containsExactly("its version is 6.0.16, expected 6.2 or later");
    assertThat(
            fitness("redis_version:6.2.0\nmaxmemory:1\nmaxmemory_policy:volatile-ttl", "cluster"))
        .isEmpty();
    assertThat(fitness("rdb_last_bgsave_status:err\naof_enabled:1", "standalone"))
        .singleElement()
        .asString()
        .contains("MISCONF");
    assertThat(fitness("role:slave", "standalone")).singleElement().asString().contains("replica");
    assertThat(fitness("redis_mode:cluster", "standalone"))
        .singleElement()
        .asString()
        .contains("one node of a Redis Cluster");
    assertThat(fitness("role:master", "sentinel"))
        .singleElement()
        .asString()
        .contains("min-replicas-to-write");
    assertThat(fitness("role:master\nmin_slaves_good_slaves:2", "sentinel")).isEmpty();
    assertThat(fitness("", "sentinel")).isEmpty();
  }

  private static List<String> fitness(String info, String mode) {
    return Fitness.of(ServerFacts.parse(info), mode);
  }

  private static List<String> warnings(Log log, RedisServer server) {
    return log.about(server).stream()
        .filter(line -> line.startsWith("WARN Redis at " + server.address() + ": "))
        .toList();
  }

  private static long connections(Log log, RedisServer server) {
    return log.about(server).stream().filter(line -> line.contains("Connected to")).count();
  }
}
