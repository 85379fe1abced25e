package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.terrace.redis.RedisServer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Whoever writes into Redis what is no entry changes no answer: it is a miss, and the entry that
/// is stored next takes its place.
final class RedisValuesTest {
  private static final String PATH = "/r/value/0";

  private final RedisServer redis = RedisServer.start();
  private final RedisStage stage = new RedisStage();
  private Instance instance;

  @BeforeEach
  void begin() {
    instance = stage.start(redis.port());
    RedisStage.awaitHit(instance, "/r/first/0");
  }

  @AfterEach
  void end() throws Exception {
    stage.close();
    redis.close();
  }

  /// Stores what is at the path.
  ///
  /// @return its key
  private String store(Instance by, String path) {
    Set<String> before = keys();
    RedisStage.awaitHit(by, path);
    RedisStage.awaitWritten(by);
    Set<String> added = new HashSet<>(keys());
    added.removeAll(before);
    assertThat(added).hasSize(1);
    return added.iterator().next();
  }

  private Set<String> keys() {
    return Set.copyOf(Arrays.asList(redis.ask("KEYS", "*").split("\n", -1)));
  }

  private void expectMissThenHit() {
    Visits visits = Visits.of(instance, List.of(PATH)).expectSound();
    assertThat(visits.answeredBy("MISS")).isEqualTo(1);
    RedisStage.awaitHit(instance, PATH);
    RedisStage.awaitWritten(instance);
  }

  @Test
  void valuesOfAnotherTypeAreMissesHoweverManyThereAre() {
    // More than the failures that switch the layer off: these are none of it.
    List<String> paths = RedisStage.paths("type", 6);
    for (String path : paths) {
      String key = store(instance, path);
      redis.ask("DEL", key);
      redis.ask("SET", key, "text");
    }

    Visits visits = Visits.of(instance, paths).expectSound();
    assertThat(visits.answeredBy("MISS")).isEqualTo(paths.size());
    assertThat(instance.get("/r/first/0").cache()).isEqualTo("HIT redis");
    paths.forEach(path -> RedisStage.awaitHit(instance, path));
  }

  @Test
  void foreignBytesInAnyFieldAreAMiss() {
    String key = store(instance, PATH);
    for (String field : List.of("i", "h", "b")) {
      for (String value : List.of("", "x", "\u0001\u0002", "foreign".repeat(100))) {
        String script =
            """
            for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
              if string.sub(name, 1, 1) == ARGV[1] then
                redis.call('HSET', KEYS[1], name, ARGV[2])
              end
            end
            return 1
            """;
        redis.ask("EVAL", script, "1", key, field, value);
        expectMissThenHit();
      }
    }
  }

  @Test
  void aBitThatIsFlippedAnywhereChangesNoAnswer() {
    String key = store(instance, PATH);
    String script =
        """
        for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
          if string.sub(name, 1, 1) == ARGV[1] then
            local value = redis.call('HGET', KEYS[1], name)
            local at = math.floor(tonumber(ARGV[2]) * (#value - 1)) + 1
            local flipped = bit.bxor(string.byte(value, at), 4)
            redis.call('HSET', KEYS[1], name,
              string.sub(value, 1, at - 1) .. string.char(flipped) .. string.sub(value, at + 1))
          end
        end
        return 1
        """;
    for (String field : List.of("i", "h", "b")) {
      for (int i = 0; i <= 16; i++) {
        redis.ask("EVAL", script, "1", key, field, Double.toString(i / 16.0));
        Visits.of(instance, List.of(PATH)).expectSound();
        RedisStage.awaitHit(instance, PATH);
        RedisStage.awaitWritten(instance);
      }
    }
  }

  @Test
  void theValueOfAnotherKeyIsAMiss() {
    String key = store(instance, PATH);
    String other = store(instance, "/r/value/other");

    redis.ask("COPY", other, key, "REPLACE");

    expectMissThenHit();
    assertThat(instance.get("/r/value/other").body()).isEqualTo(PathTarget.body("/r/value/other"));
  }

  @Test
  void withAnEntryKeyWhatIsNotSignedWithItIsAMiss() {
    Instance signing = stage.start(redis.port(), "--redis-entry-key=a key of the deployment's");
    Instance other = stage.start(redis.port(), "--redis-entry-key=a key of somebody else's");
    store(signing, PATH);
    for (Instance forger : List.of(instance, other)) {
      stage.target.speakWith("Forged. ");
      await()
          .atMost(RedisStage.PATIENCE)
          .until(
              () -> {
                Instance.Got got = forger.get(PATH);
                return got.cache().equals("HIT redis") && got.body().startsWith("Forged. ");
              });
      RedisStage.awaitWritten(forger);
      stage.target.speakWith("");

      Visits visits = Visits.of(signing, List.of(PATH)).expectSound();
      assertThat(visits.answeredBy("MISS")).isEqualTo(1);
      RedisStage.awaitHit(signing, PATH);
      RedisStage.awaitWritten(signing);
    }
  }
}
