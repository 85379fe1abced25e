package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.terrace.redis.RedisServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a purge costs: the time until another instance answers anew, and what it asks of Redis.
/// Times are printed, not asserted: they are those of the machine. `-Dterrace.entries=` of the
/// profile `million` sets how many entries one purge covers there.
final class PurgeLatencyTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LONG_PATIENCE = Duration.ofMinutes(15);
  private static final int CLIENTS = 8;

  /// Commands that name an entry, those inside of scripts included. Those by which instances follow
  /// the log name none: there are more of them the longer the other one takes.
  private static final int MOST_OF_ENTRIES = 50;

  @TempDir Path temp;
  private final RedisServer redis = RedisServer.start();
  private final GenerationTarget target = new GenerationTarget();
  private Instance one;
  private Instance other;

  @BeforeEach
  void start() {
    one = instance("one");
    other = instance("other");
    for (Instance each : List.of(one, other)) {
      await()
          .atMost(PATIENCE)
          .until(() -> each.purge("/begin").body().contains("\"redis\" : \"applied\""));
    }
  }

  @AfterEach
  void end() {
    one.close();
    other.close();
    target.close();
    redis.close();
  }

  private Instance instance(String name) {
    return new Instance(
        target.flag(),
        "--enable-redis",
        "--redis-host=127.0.0.1",
        "--redis-port=" + redis.port(),
        "--file-cache-dir=" + temp.resolve(name));
  }

  @Test
  void whatOneInstancePurgesAnotherAnswersAnewSoon() {
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      String path = "/page" + i;
      String old = other.get(path).body();
      assertThat(other.get(path)).isEqualTo(new Instance.Got(200, "HIT memory", old));
      target.raise();
      long begin = System.nanoTime();
      one.purge(path);
      // It returns once the other instance says that it has it; whatever begins now and is answered
      // anew shows that, too.
      long end = System.nanoTime();
      for (String body = other.get(path).body(); body.equals(old); body = other.get(path).body()) {
        end = System.nanoTime();
        assertThat(end - begin).isLessThan(PATIENCE.toNanos());
      }
      nanos.add(end - begin);
    }
    nanos.sort(Long::compare);
    System.out.printf(
        Locale.ROOT,
        "From a purge to another instance's memory: median %.1f ms, p99 %.1f ms, most %.1f ms%n",
        nanos.get(nanos.size() / 2) / 1e6,
        nanos.get(nanos.size() * 99 / 100) / 1e6,
        nanos.getLast() / 1e6);
  }

  @Test
  void aPurgeAsksTheSameOfRedisHoweverManyEntriesItCovers() throws Exception {
    costsTheSame(2_000);
  }

  @Test
  @Tag("million")
  void aPurgeAsksTheSameOfRedisHoweverManyEntriesItCoversAndBeTheyAMillion() throws Exception {
    costsTheSame(Integer.getInteger("terrace.entries", 100_000));
  }

  private void costsTheSame(int entries) throws Exception {
    fill(entries);
    redis.ask("CONFIG", "RESETSTAT");
    target.raise();
    List<String> commands = RedisMonitor.during(() -> purgeAll(entries), redis);
    assertThat(commands).noneMatch(line -> line.contains("the monitor ended"));
    assertThat(commands.stream().filter(RedisMonitor::isOfEntry))
        .as("what one page that is asked for anew costs, and nothing for the others")
        .hasSizeLessThan(MOST_OF_ENTRIES);
    assertThat(calls()).doesNotContainKeys("keys", "scan", "flushdb", "flushall");
  }

  private void purgeAll(int entries) {
    long begin = System.nanoTime();
    HttpResponse<String> receipt = one.purgeJson("{\"tags\":[\"all\"]}");
    double millis = (System.nanoTime() - begin) / 1e6;
    assertThat(receipt.statusCode()).as(receipt.body()).isIn(200, 202);
    assertThat(one.get("/many/0").body()).isEqualTo(Long.toString(target.raise() - 1));
    await()
        .atMost(PATIENCE)
        .until(() -> one.admin("GET", path(receipt)).body().contains("\"redis\" : \"applied\""));
    System.out.printf(
        Locale.ROOT,
        "A purge of one tag over %d entries: %.1f ms, commands of Redis %s%n",
        entries,
        millis,
        calls());
  }

  private static String path(HttpResponse<String> receipt) {
    return "/cache/purges/" + receipt.body().replaceAll("(?s).*\"id\" : \"([^\"]+)\".*", "$1");
  }

  /// Asks for one page after another until Redis has so many: what cannot be written fast enough is
  /// given up.
  private void fill(int entries) throws Exception {
    AtomicInteger next = new AtomicInteger();
    AtomicBoolean isFull = new AtomicBoolean();
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        all.add(
            clients.submit(
                () -> {
                  while (!isFull.get()) {
                    one.get("/many/" + next.getAndIncrement());
                  }
                }));
      }
      try {
        await().atMost(LONG_PATIENCE).until(() -> Long.parseLong(redis.ask("DBSIZE")) >= entries);
      } finally {
        isFull.set(true);
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    RedisStage.awaitWritten(one);
  }

  /// How often each command was called since the last reset.
  private Map<String, Long> calls() {
    Map<String, Long> calls = new TreeMap<>();
    for (String line : redis.ask("INFO", "commandstats").split("\r?\n", -1)) {
      if (line.startsWith("cmdstat_")) {
        String count = line.replaceAll(".*:calls=([0-9]+),.*", "$1");
        calls.put(line.substring(8, line.indexOf(':')), Long.parseLong(count));
      }
    }
    return calls;
  }
}
