package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.terrace.redis.FaultProxy;
import dev.terrace.redis.FaultProxy.Fault;
import dev.terrace.redis.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Redis is ill, and clients do not notice: every answer is right, a few come one lookup later, and
/// Redis answers again by itself once it is well.
final class RedisFaultsTest {
  private static final int REQUESTS = 60;

  /// In a row, which open the breaker.
  private static final int FAILURES = 3;

  /// Between two lookups that try Redis again.
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /// The node, and nobody, as long as no node is known: each has a breaker.
  private static final int PARTS = 2;

  @TempDir Path temp;
  private final RedisStage stage = new RedisStage();

  @AfterEach
  void end() throws Exception {
    stage.close();
  }

  private static void expectUnnoticed(Instance instance, List<String> paths) {
    long failedBefore = RedisStage.failedLookups(instance);
    long begun = System.nanoTime();
    Visits.of(instance, paths).expectSound().expectPrompt();
    expectFewFailures(instance, failedBefore, begun);
  }

  /// Redis was not asked at each request.
  private static void expectFewFailures(Instance instance, long failedBefore, long begun) {
    long failed = RedisStage.failedLookups(instance) - failedBefore;
    assertThat(failed).isLessThanOrEqualTo(mostFailures(System.nanoTime() - begun));
  }

  /// Lookups in vain that breakers let pass in this time.
  private static long mostFailures(long nanos) {
    long tries = 0;
    long pause = FIRST_PAUSE.toNanos();
    for (long at = pause; at <= nanos; at += pause) {
      tries++;
      pause = Math.min(2 * pause, LONGEST_PAUSE.toNanos());
    }
    return PARTS * (FAILURES + tries);
  }

  private static List<String> storedAndNew(Instance instance, String name) {
    List<String> stored = RedisStage.stored(instance, name, 10);
    return Stream.of(stored, RedisStage.paths("new", REQUESTS - 20), stored)
        .flatMap(List::stream)
        .toList();
  }

  @Test
  void redisThatIsAwayAtTheStartIsAMissingLayerUntilItComes() {
    try (RedisServer redis = RedisServer.start()) {
      redis.kill();
      Instance instance = stage.start(redis.port());

      assertThat(instance.get("/ready").status()).isEqualTo(200);
      expectUnnoticed(instance, RedisStage.paths("early", REQUESTS));
      redis.restart();

      RedisStage.awaitHit(instance, "/r/early/0");
    }
  }

  @Test
  void redisThatIsKilledComesBackByItself() {
    try (RedisServer redis = RedisServer.start()) {
      Instance instance = stage.start(redis.port());
      List<String> paths = storedAndNew(instance, "killed");

      redis.kill();
      expectUnnoticed(instance, paths);
      redis.restart();

      RedisStage.awaitHit(instance, "/r/killed/0");
    }
  }

  @Test
  void redisThatHangsCostsOneLookupEachTimeItIsTried() {
    try (RedisServer redis = RedisServer.start()) {
      Instance instance = stage.start(redis.port(), RedisStage.HURRIED);
      List<String> paths = storedAndNew(instance, "hanging");
      long failedBefore = RedisStage.failedLookups(instance);
      long begun = System.nanoTime();

      redis.suspend();
      expectUnnoticed(instance, paths);
      Visits.of(instance, paths).expectSound().expectPrompt();
      expectFewFailures(instance, failedBefore, begun);
      redis.resume();

      RedisStage.awaitHit(instance, "/r/hanging/0");
      await()
          .atMost(RedisStage.PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(instance.admin("GET", "/metrics").body())
                      .containsPattern("terrace_layer_breaker_state\\{layer=\"redis\"\\} 0"));
    }
  }

  @Test
  void aPartThatNobodyAsksAnyMoreIsNotCalledBroken() {
    try (RedisServer redis = RedisServer.start()) {
      Instance instance = stage.start(redis.port());
      List<String> paths = storedAndNew(instance, "part");

      redis.kill();
      expectUnnoticed(instance, paths);
      redis.restart();

      RedisStage.awaitHit(instance, "/r/part/0");
      await()
          .atMost(RedisStage.PATIENCE)
          .until(
              () ->
                  instance.get("/r/part/0").status() == 200
                      && instance
                          .admin("GET", "/metrics")
                          .body()
                          .contains("terrace_layer_breaker_state{layer=\"redis\"} 0"));
    }
  }

  @Test
  void aWayOfFiftyMillisecondsIsSlowAndWorks() {
    try (RedisServer redis = RedisServer.start();
        FaultProxy proxy = FaultProxy.before(redis.port())) {
      Instance instance = stage.start(proxy.port());
      List<String> paths = RedisStage.stored(instance, "slow", 10);

      proxy.set(new Fault.Delay(Duration.ofMillis(50)));
      long failedBefore = RedisStage.failedLookups(instance);
      Visits visits = Visits.of(instance, paths).expectSound().expectPrompt();

      assertThat(visits.answeredBy("HIT redis")).isPositive();
      assertThat(RedisStage.failedLookups(instance)).isEqualTo(failedBefore);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {800, 2_000})
  void aWayThatIsSlowerThanALookupMayBeIsNotWaitedFor(int millis) {
    try (RedisServer redis = RedisServer.start();
        FaultProxy proxy = FaultProxy.before(redis.port())) {
      Instance instance = stage.start(proxy.port(), RedisStage.HURRIED);
      List<String> paths = storedAndNew(instance, "slow");

      proxy.set(new Fault.Delay(Duration.ofMillis(millis)));
      expectUnnoticed(instance, paths);
      proxy.heal();

      RedisStage.awaitHit(instance, "/r/slow/0");
    }
  }

  @Test
  void redisThatLoadsIsUsedOnceItHasLoaded() {
    RedisServer.Options slowly =
        RedisServer.Options.PLAIN
            .line("enable-debug-command yes")
            .line("key-load-delay 1000")
            .line("loading-process-events-interval-bytes 1024");
    try (RedisServer redis = RedisServer.start(slowly)) {
      Instance instance = stage.start(redis.port());
      List<String> paths = storedAndNew(instance, "loading");
      redis.ask("DEBUG", "POPULATE", "2000");
      redis.ask("SAVE");

      redis.restartUnready();
      expectUnnoticed(instance, paths);

      RedisStage.awaitHit(instance, "/r/loading/0");
    }
  }

  @Test
  void redisThatIsReadOnlyIsNotWrittenToAndNotMissed() {
    try (RedisServer redis = RedisServer.start()) {
      Instance instance = stage.start(redis.port());
      List<String> paths = storedAndNew(instance, "readonly");

      redis.ask("REPLICAOF", "127.0.0.1", "1");
      expectUnnoticed(instance, paths);
      redis.ask("REPLICAOF", "NO", "ONE");

      RedisStage.awaitHit(instance, "/r/after/0");
    }
  }

  @Test
  void redisThatIsFullAnswersForWhatItHasForAsLongAsItIsFull() {
    try (RedisServer redis = RedisServer.start()) {
      Instance instance = stage.start(redis.port(), "--coherence-lease=2s", "--purge-wait=15s");
      List<String> paths = storedAndNew(instance, "full");

      redis.ask("CONFIG", "SET", "maxmemory", "1");
      expectUnnoticed(instance, paths);
      long begun = System.nanoTime();
      await()
          .atMost(RedisStage.PATIENCE)
          .until(() -> System.nanoTime() - begun > Duration.ofSeconds(4).toNanos());
      // Nothing can be stored again: what is a hit was kept.
      RedisStage.awaitHit(instance, "/r/full/0");
      assertThat(instance.get("/r/unknown/0").cache()).isEqualTo("MISS");
      assertThat(instance.purge("/r/full/0").body()).contains("\"redis\" : \"applied\"");
      redis.ask("CONFIG", "SET", "maxmemory", "0");

      RedisStage.awaitHit(instance, "/r/unknown/0");
    }
  }

  @Test
  void aPasswordThatChangedIsAMissingLayerUntilTheFileHasTheNewOne() throws IOException {
    Path file = Files.writeString(temp.resolve("password"), "before\n");
    RedisServer.Options options = RedisServer.Options.PLAIN.user("terrace on >before ~* &* +@all");
    try (RedisServer redis = RedisServer.start(options)) {
      Instance instance =
          stage.start(redis.port(), "--redis-username=terrace", "--redis-password-file=" + file);
      List<String> paths = storedAndNew(instance, "password");

      redis.ask("ACL", "SETUSER", "terrace", "resetpass", ">after");
      redis.ask("CLIENT", "KILL", "USER", "terrace");
      expectUnnoticed(instance, paths);
      Files.writeString(file, "after\n");

      RedisStage.awaitHit(instance, "/r/password/0");
    }
  }

  @Test
  void rightsThatAreRevokedAreAMissingLayerUntilTheyAreBack() {
    RedisServer.Options options = RedisServer.Options.PLAIN.user("terrace on >secret ~* &* +@all");
    try (RedisServer redis = RedisServer.start(options)) {
      Instance instance =
          stage.start(redis.port(), "--redis-username=terrace", "--redis-password=secret");
      List<String> paths = storedAndNew(instance, "rights");

      redis.ask("ACL", "SETUSER", "terrace", "-hmget", "-evalsha", "-eval");
      expectUnnoticed(instance, paths);
      redis.ask("ACL", "SETUSER", "terrace", "+@all");

      RedisStage.awaitHit(instance, "/r/rights/0");
    }
  }

  @Test
  void connectionsThatAreCutInMidAnswerLeaveNoHalfAnswer() {
    try (RedisServer redis = RedisServer.start();
        FaultProxy proxy = FaultProxy.before(redis.port())) {
      Instance instance = stage.start(proxy.port());
      List<String> paths = RedisStage.stored(instance, "wide", 10);

      for (int bytes : List.of(0, 1, 100, 5_000)) {
        proxy.set(new Fault.CutAfter(bytes));
        expectUnnoticed(instance, paths);
        proxy.heal();
        RedisStage.awaitHit(instance, paths.getFirst());
      }
    }
  }

  @Test
  void answersThatAreOutOfStepAreNobodys() {
    try (RedisServer redis = RedisServer.start();
        FaultProxy proxy = FaultProxy.before(redis.port())) {
      Instance instance = stage.start(proxy.port());
      List<String> paths = RedisStage.stored(instance, "shifted", 10);

      proxy.set(new Fault.ShiftedByOne());
      for (int i = 0; i < 5; i++) {
        Visits.of(instance, paths).expectSound();
      }
      proxy.heal();

      RedisStage.awaitHit(instance, "/r/shifted/0");
    }
  }

  @Test
  void aSubscriptionThatIsKilledAloneIsMadeAgain() {
    try (RedisServer redis = RedisServer.start()) {
      Instance instance = stage.start(redis.port());
      List<String> paths = RedisStage.stored(instance, "subscription", 10);

      redis.ask("CLIENT", "KILL", "TYPE", "pubsub");
      Visits visits = Visits.of(instance, paths).expectSound();

      assertThat(visits.answeredBy("HIT redis")).isEqualTo(paths.size());
      await()
          .atMost(RedisStage.PATIENCE)
          .until(() -> redis.ask("CLIENT", "LIST", "TYPE", "pubsub").contains("terrace"));
    }
  }
}
