package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.redis.RedisServer;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
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
    AtomicReference<Visits> asked = new AtomicReference<>();
    List<String> commands =
        RedisMonitor.during(
            () -> {
              asked.set(
                  Visits.during(() -> Visits.of(instance, paths), instance, paths, 4)
                      .expectSound());
              redis.ask("ECHO", "between");
              RedisStage.stored(instance, "stored", 5);
            },
            redis);

    Visits hits = asked.get();
    assertThat(hits.answeredBy("HIT redis")).isEqualTo(hits.all().size());
    assertThat(
            commands.stream()
                .takeWhile(line -> !line.contains("between"))
                .filter(RedisNeighboursTest::isLookup)
                .count())
        .isEqualTo(hits.all().size() + paths.size());
    assertThat(entryCommands(commands))
        .as("what is done to entries but for scripts")
        .isNotEmpty()
        .allMatch(line -> line.contains("\"HMGET\""));
    assertThat(commands)
        .noneMatch(line -> line.matches("(?i).*\"(keys|scan|flushdb|flushall)\".*"));
  }

  private static boolean isLookup(String line) {
    return line.contains("\"HMGET\"") && !line.contains(" lua]");
  }

  private static List<String> entryCommands(List<String> commands) {
    return commands.stream()
        .filter(RedisMonitor::isOfEntry)
        .filter(line -> !line.contains(" lua]") && !line.matches("(?i).*\"eval(sha)?\".*"))
        .toList();
  }
}
