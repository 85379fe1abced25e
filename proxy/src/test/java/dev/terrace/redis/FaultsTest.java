package dev.terrace.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// What a connection does when its server, or the way to it, is ill.
class FaultsTest {
  private static final Duration SHORT = Duration.ofMillis(60);

  @Test
  void a_server_that_is_killed_and_started_again_is_connected_again() throws IOException {
    try (Log log = Log.open();
        RedisServer server = RedisServer.start();
        Redis redis = TestSettings.open(server.port())) {
      Connected.await(redis);

      server.kill();
      await().until(() -> !redis.status().connected());
      assertThatThrownBy(() -> Connected.get(redis, "a")).isInstanceOf(NotConnectedException.class);
      server.restart();
      Connected.await(redis);

      assertThat(Connected.set(redis, "a", "1")).isEqualTo("OK");
      assertThat(log.about(server).stream().filter(line -> !line.contains(": it ")))
          .satisfiesExactly(
              line -> assertThat(line).startsWith("INFO Connected to Redis 7"),
              line -> assertThat(line).startsWith("WARN The connection to Redis at "),
              line -> assertThat(line).startsWith("INFO Connected to Redis 7"));
      assertThat(log.hasTraces()).isFalse();
    }
  }

  @Test
  void commands_under_way_fail_when_the_connection_is_lost_and_are_not_sent_again()
      throws Exception {
    try (RedisServer server = RedisServer.start();
        Redis redis = TestSettings.open(server.port())) {
      Connected.await(redis);
      server.suspend();
      CompletableFuture<?> lost = increment(redis);

      server.kill();

      assertThatThrownBy(lost::join).hasCauseInstanceOf(IOException.class);
      server.restart();
      Connected.await(redis);
      assertThat(Connected.get(redis, "n")).isEmpty();
    }
  }

  private static CompletableFuture<?> increment(Redis redis) {
    byte[] key = "n".getBytes(UTF_8);
    return redis
        .send(Redis.Use.CHANGE, key, Duration.ofSeconds(20), commands -> commands.incr(key))
        .toCompletableFuture();
  }

  @Test
  void several_silences_in_a_row_end_the_connection_so_that_nothing_waits_any_more() {
    try (Log log = Log.open();
        RedisServer server = RedisServer.start();
        Redis redis = TestSettings.open(server.port())) {
      Connected.await(redis);

      server.suspend();
      List<String> failures = new ArrayList<>();
      await()
          .pollInterval(Duration.ofMillis(1))
          .until(
              () -> {
                failures.add(failure(redis));
                return failures.getLast().contains("there is no connection");
              });

      assertThat(failures.subList(0, 5))
          .as("it took the fifth silence")
          .allMatch(line -> line.contains("no answer from Redis within 60 ms"));
      awaitSaid(log, "is lost: no answer 5 times in a row");
      server.resume();
      Connected.await(redis);
    }
  }

  private static void awaitSaid(Log log, String wanted) {
    await().untilAsserted(() -> assertThat(log.lines()).anyMatch(line -> line.contains(wanted)));
  }

  private static String failure(Redis redis) {
    byte[] key = "a".getBytes(UTF_8);
    try {
      redis.ask(Redis.Use.LOOKUP, key, SHORT, commands -> commands.get(key));
      return "";
    } catch (IOException failure) {
      return String.valueOf(failure.getMessage());
    }
  }

  @Test
  void a_pause_that_many_commands_meet_at_once_is_one_silence() throws IOException {
    try (RedisServer server = RedisServer.start();
        Redis redis = TestSettings.open(server.port())) {
      Connected.await(redis);
      long before = connection(redis);
      byte[] key = "a".getBytes(UTF_8);
      // To send them all may take five times as long: five silences in a row count.
      Duration ample = Duration.ofMillis(500);

      server.suspend();
      List<CompletableFuture<byte[]>> all = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        all.add(
            redis
                .send(Redis.Use.LOOKUP, key, ample, commands -> commands.get(key))
                .toCompletableFuture());
      }
      all.forEach(one -> assertThatThrownBy(one::join).hasMessageContaining("no answer"));
      server.resume();

      assertThat(Connected.get(redis, "a")).isEmpty();
      assertThat(redis.status().lastFailure()).isEmpty();
      assertThat(connection(redis)).as("the same one").isEqualTo(before);
    }
  }

  /// The id that the server gave to the one that lookups go over.
  private static long connection(Redis redis) throws IOException {
    byte[] key = "a".getBytes(UTF_8);
    return redis.ask(Redis.Use.LOOKUP, key, Connected.DEADLINE, commands -> commands.clientId());
  }

  @Test
  void a_half_open_connection_without_traffic_is_found_out() {
    try (Log log = Log.open();
        RedisServer server = RedisServer.start();
        FaultProxy proxy = FaultProxy.before(server.port());
        Redis redis = TestSettings.open(proxy.port())) {
      Connected.await(redis);

      proxy.set(new FaultProxy.Fault.HalfOpen());
      await().atMost(Duration.ofSeconds(30)).until(() -> !redis.status().connected());
      awaitSaid(log, "is lost: no answer to 2 pings");
      proxy.heal();

      Connected.await(redis);
    }
  }

  @Test
  void a_connection_that_is_cut_in_mid_answer_fails_the_command_and_comes_back()
      throws IOException {
    try (RedisServer server = RedisServer.start();
        FaultProxy proxy = FaultProxy.before(server.port());
        Redis redis = TestSettings.open(proxy.port())) {
      Connected.await(redis);
      server.ask("SET", "a", "x".repeat(10_000));

      proxy.set(new FaultProxy.Fault.CutAfter(100));
      assertThatThrownBy(() -> Connected.get(redis, "a")).isInstanceOf(IOException.class);
      proxy.heal();

      Connected.await(redis);
      assertThat(Connected.get(redis, "a")).hasSize(10_000);
    }
  }

  @Test
  void answers_that_come_byte_by_byte_are_answers() throws IOException {
    try (RedisServer server = RedisServer.start();
        FaultProxy proxy = FaultProxy.before(server.port());
        Redis redis = TestSettings.open(proxy.port())) {
      proxy.set(new FaultProxy.Fault.ByteByByte());
      Connected.await(redis);

      assertThat(Connected.set(redis, "a", "1")).isEqualTo("OK");
    }
  }

  @Test
  void a_slow_way_costs_the_deadline_and_a_late_answer_is_nobody_s() throws IOException {
    try (RedisServer server = RedisServer.start();
        FaultProxy proxy = FaultProxy.before(server.port());
        Redis redis = TestSettings.open(proxy.port())) {
      Connected.await(redis);
      server.ask("MSET", "a", "1", "b", "2");

      proxy.set(new FaultProxy.Fault.Delay(Duration.ofMillis(200)));
      assertThat(failure(redis)).isEqualTo("no answer from Redis within 60 ms");
      proxy.heal();

      assertThat(Connected.get(redis, "b")).isEqualTo("2");
    }
  }

  @Test
  void answers_out_of_step_reach_who_asked_who_can_end_that() throws IOException {
    try (RedisServer server = RedisServer.start();
        FaultProxy proxy = FaultProxy.before(server.port());
        Redis redis = TestSettings.open(proxy.port())) {
      Connected.await(redis);
      server.ask("MSET", "a", "1", "b", "2");

      proxy.set(new FaultProxy.Fault.ShiftedByOne());
      await()
          .pollInterval(Duration.ofMillis(1))
          .ignoreExceptions()
          .until(
              () -> Connected.get(redis, "a").equals("1") && Connected.get(redis, "b").equals("1"));

      proxy.heal();
      redis.distrust(Redis.Use.LOOKUP, "b".getBytes(UTF_8));
      await().ignoreExceptions().until(() -> Connected.get(redis, "b").equals("2"));
      assertThat(Connected.get(redis, "a")).isEqualTo("1");
    }
  }

  @Test
  void a_server_that_loads_is_not_used_before_it_is_ready() throws IOException {
    RedisServer.Options slowly =
        RedisServer.Options.PLAIN
            .line("enable-debug-command yes")
            .line("key-load-delay 1000")
            .line("loading-process-events-interval-bytes 1024");
    try (RedisServer server = RedisServer.start(slowly)) {
      server.ask("DEBUG", "POPULATE", "1000");
      server.ask("SAVE");
      server.restartUnready();
      try (Redis redis = TestSettings.open(server.port())) {
        await().until(() -> redis.status().lastFailure().startsWith("LOADING"));
        assertThatThrownBy(() -> Connected.get(redis, "key:1"))
            .isInstanceOf(NotConnectedException.class);

        Connected.await(redis);

        assertThat(Connected.get(redis, "key:1")).isNotEmpty();
      }
    }
  }

  @Test
  void no_more_than_the_queue_waits_for_a_server_that_hangs() {
    byte[] key = "a".getBytes(UTF_8);
    try (RedisServer server = RedisServer.start();
        Redis redis = TestSettings.open(server.port())) {
      Connected.await(redis);
      server.suspend();

      List<CompletableFuture<byte[]>> all = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        all.add(
            redis
                .send(Redis.Use.LOOKUP, key, Duration.ofSeconds(30), commands -> commands.get(key))
                .toCompletableFuture());
      }

      await()
          .untilAsserted(
              () ->
                  assertThat(all.stream().filter(CompletableFuture::isCompletedExceptionally))
                      .hasSizeGreaterThanOrEqualTo(10_000 - Redis.Use.LOOKUP.queue()));
      assertThat(all.stream().filter(one -> !one.isDone())).isNotEmpty();
      server.resume();
    }
  }

  @Test
  void an_error_of_the_server_is_told_as_one() {
    try (RedisServer server = RedisServer.start(RedisServer.Options.PLAIN.line("maxmemory 1mb"));
        Redis redis = TestSettings.open(server.port())) {
      Connected.await(redis);

      assertThatThrownBy(() -> Connected.set(redis, "a", "x".repeat(100_000)))
          .isInstanceOfSatisfying(
              ErrorReplyException.class, reply -> assertThat(reply.code()).isEqualTo("OOM"));
      assertThat(redis.status().connected()).isTrue();
    }
  }

  @Test
  void with_lazy_connect_the_first_use_begins_the_connection() {
    try (RedisServer server = RedisServer.start();
        Redis redis = TestSettings.open(server.port(), "--redis-lazy-connect")) {
      assertThat(server.ask("CLIENT", "LIST")).doesNotContain("name=terrace");

      assertThatThrownBy(() -> Connected.get(redis, "a")).isInstanceOf(NotConnectedException.class);

      Connected.await(redis);
    }
  }

  @Test
  void a_server_of_the_older_protocol_is_spoken_to_in_it() throws IOException {
    RedisServer.Options old = RedisServer.Options.PLAIN.line("rename-command HELLO \"\"");
    try (RedisServer server = RedisServer.start(old);
        Redis redis = TestSettings.open(server.port())) {
      Connected.await(redis);

      assertThat(Connected.set(redis, "a", "1")).isEqualTo("OK");
      assertThat(server.ask("CLIENT", "LIST")).contains("resp=2").doesNotContain("resp=3");
    }
  }

  @Test
  void the_db_is_chosen() throws IOException {
    try (RedisServer server = RedisServer.start();
        Redis redis = TestSettings.open(server.port(), "--redis-db=3")) {
      Connected.await(redis);
      Connected.set(redis, "a", "1");

      assertThat(server.ask("INFO", "keyspace")).contains("db3:keys=1").doesNotContain("db0");
    }
  }
}
