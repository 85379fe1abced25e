package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.terrace.redis.RedisServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Instances that share one Redis: what one stored another answers with, and what one purged no
/// other does.
final class InstancesTest {
  private static final int PAGES = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String PATIENT = "--redis-command-timeout=5s";

  @TempDir Path temp;
  private final RedisServer redis = RedisServer.start();
  private final GenerationTarget target = new GenerationTarget();
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    target.close();
    redis.close();
  }

  private Instance start(String name, String... flags) {
    List<String> all =
        new ArrayList<>(
            List.of(
                target.flag(),
                "--enable-redis",
                "--redis-host=127.0.0.1",
                "--redis-port=" + redis.port(),
                "--file-cache-dir=" + temp.resolve(name)));
    all.addAll(List.of(flags));
    Instance instance = new Instance(all.toArray(String[]::new));
    open.add(instance);
    return instance;
  }

  private void stop(Instance instance) {
    instance.close();
    open.remove(instance);
  }

  /// Until it reads what others stored.
  private void awaitSharing(Instance one, Instance other) {
    int[] page = {0};
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              String path = "/sharing/" + one.hashCode() + "/" + other.hashCode() + "/" + page[0]++;
              one.get(path);
              return redisHas(path, other);
            });
  }

  private static boolean redisHas(String path, Instance other) {
    for (int i = 0; i < 20; i++) {
      if (other.get(path).cache().startsWith("HIT redis")) {
        return true;
      }
    }
    return false;
  }

  @Test
  void whatOneStoredAnotherAnswersWithAlsoAfterRestarts() {
    Instance one = start("one", PATIENT);
    Instance other = start("other", PATIENT);
    awaitSharing(one, other);

    for (int i = 0; i < PAGES; i++) {
      assertThat(one.get("/a" + i).cache()).isEqualTo("MISS");
    }
    awaitWritten();
    assertThat(other.get("/a0").cache()).isEqualTo("HIT redis");
    assertThat(other.get("/a0").cache()).isEqualTo("HIT memory");

    stop(one);
    stop(other);
    Instance again = start("new", PATIENT);
    int[] page = {1};
    await().atMost(PATIENCE).until(() -> again.get("/a" + page[0]++).cache().equals("HIT redis"));
    assertThat(again.get("/a" + page[0]).cache()).isEqualTo("HIT redis");
  }

  /// What is stored goes to Redis behind the client's back.
  private void awaitWritten() {
    await().atMost(PATIENCE).until(() -> entries() > PAGES);
  }

  private int entries() {
    return Integer.parseInt(redis.ask("DBSIZE"));
  }

  @Test
  void purgesReachOtherInstancesAlsoWhileRedisIsAway() {
    for (String token : List.of("", "sixteen-characters-at-least")) {
      String[] flags = token.isEmpty() ? new String[0] : new String[] {"--admin-token=" + token};
      Instance one = start("one" + token, flags).with(token);
      Instance other = start("other" + token, flags).with(token);
      awaitSharing(one, other);
      assertThat(other.get("/away" + token).status()).isEqualTo(200);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  redis
                      .ask("HGET", "proxy:cache:{ctl}", "members")
                      .matches("(?s).*/cache\n.*/cache"));
      // Who asks the log hears where the others are.
      assertThat(one.purge("/unrelated").statusCode()).isIn(200, 202);
      redis.suspend();
      try {
        long now = target.raise();
        HttpResponse<String> receipt = one.purge("/away" + token);
        assertThat(receipt.statusCode()).isEqualTo(202);
        await()
            .atMost(PATIENCE)
            .until(() -> other.get("/away" + token).body().equals(Long.toString(now)));
      } finally {
        redis.resume();
      }
      stop(one);
      stop(other);
    }
  }

  @Test
  void whatOneInstancePurgedNoOtherAnswersWith() {
    Instance one = start("one", PATIENT, "--purge-wait=15s");
    Instance other = start("other", PATIENT, "--purge-wait=15s");
    awaitSharing(one, other);
    for (int i = 0; i < 20; i++) {
      String path = "/p" + i;
      one.get(path);
      other.get(path);
      long now = target.raise();
      HttpResponse<String> receipt =
          switch (i % 4) {
            case 0 -> one.purge(path);
            case 1 -> one.purgeJson("{\"tags\":[\"path-p" + i + "\"]}");
            case 2 -> one.purgeJson("{\"prefixes\":[\"" + path + "\"]}");
            default -> one.purgeJson("{\"everything\":true}");
          };
      assertThat(receipt.statusCode()).as(receipt.body()).isIn(200, 202);
      assertThat(receipt.body()).contains("\"redis\" : \"applied\"");
      String id = receipt.body().replaceAll("(?s).*\"id\" : \"([^\"]+)\".*", "$1");
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(other.admin("GET", "/cache/purges/" + id).body())
                      .contains("\"scopeCount\" : 1", "\"redis\" : \"applied\""));
      assertThat(one.get(path).body()).isEqualTo(Long.toString(now));
      // In contact, it hears of it within a lease; in fact at once.
      await().atMost(PATIENCE).until(() -> other.get(path).body().equals(Long.toString(now)));
    }
  }
}
