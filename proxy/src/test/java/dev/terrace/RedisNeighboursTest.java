package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.redis.RedisServer;
import dev.terrace.redis.RedisTalk;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What Terrace costs others on the same Redis: one short command a hit, and nothing of theirs.
final class RedisNeighboursTest {
  private final RedisServer redis = RedisServer.start();
  private final RedisStage stage = new RedisStage();

  @AfterEach
  void end() throws Exception {
    stage.close();
    redis.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--redis-key-prefix=other:", "--redis-db=3"})
  void twoDeploymentsOnOneRedisNeverSeeEachOther(String difference) {
    Instance one = stage.start(redis.port());
    Instance other = stage.start(redis.port(), difference);
    List<String> paths = RedisStage.stored(one, "shared", 5);

    Visits foreign = Visits.of(other, paths).expectSound();
    assertThat(foreign.answeredBy("MISS")).isEqualTo(paths.size());
    RedisStage.stored(other, "shared", 5);

    assertThat(one.admin("DELETE", "/cache/redis").statusCode()).isEqualTo(200);
    RedisStage.awaitWritten(one);
    assertThat(Visits.of(other, paths).answeredBy("HIT redis")).isEqualTo(paths.size());
    assertThat(Visits.of(one, paths).answeredBy("MISS")).isEqualTo(paths.size());

    RedisStage.stored(one, "shared", 5);
    assertThat(one.admin("DELETE", "/cache").statusCode()).isIn(200, 202);
    assertThat(Visits.of(one, paths).answeredBy("MISS")).isEqualTo(paths.size());
    assertThat(Visits.of(other, paths).answeredBy("HIT redis")).isEqualTo(paths.size());
  }

  @Test
  void aHitIsOneCommandAndNothingIsEverScannedOrFlushed() throws Exception {
    Instance instance = stage.start(redis.port(), "--redis-command-timeout=5s");
    List<String> paths = RedisStage.stored(instance, "monitored", 25);
    RedisStage.awaitWritten(instance);
    ConcurrentLinkedQueue<String> commands = new ConcurrentLinkedQueue<>();
    try (RedisTalk monitor = redis.talk()) {
      monitor.ask("MONITOR");
      Thread reader = Thread.ofVirtual().start(() -> read(monitor, commands));

      Visits hits =
          Visits.during(() -> Visits.of(instance, paths), instance, paths, 4).expectSound();
      assertThat(hits.answeredBy("HIT redis")).isEqualTo(hits.all().size());
      redis.ask("ECHO", "between");
      RedisStage.stored(instance, "stored", 5);
      redis.ask("ECHO", "the end");
      reader.join();

      assertThat(
              commands.stream()
                  .takeWhile(line -> !line.contains("between"))
                  .filter(RedisNeighboursTest::isLookup)
                  .count())
          .isEqualTo(hits.all().size() + paths.size());
      assertThat(entryCommands(commands))
          .as("what is done to entries but for scripts")
          .allMatch(line -> line.contains("\"HMGET\""));
      assertThat(commands)
          .noneMatch(line -> line.matches("(?i).*\"(keys|scan|flushdb|flushall)\".*"));
    }
  }

  private static boolean isLookup(String line) {
    return line.contains("\"HMGET\"") && !line.contains(" lua]");
  }

  private static List<String> entryCommands(ConcurrentLinkedQueue<String> commands) {
    return commands.stream()
        .filter(line -> line.matches(".*proxy:cache:\\{[0-9a-f]{64}\\}.*"))
        .filter(line -> !line.contains(" lua]") && !line.matches("(?i).*\"eval(sha)?\".*"))
        .toList();
  }

  private static void read(RedisTalk monitor, ConcurrentLinkedQueue<String> commands) {
    try {
      for (String line = monitor.read(); !line.contains("the end"); line = monitor.read()) {
        commands.add(line);
      }
    } catch (IOException e) {
      commands.add("the monitor ended: " + e);
    }
  }
}
