package dev.terrace.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.terrace.QuickStart;
import dev.terrace.redis.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Redis is stopped while three instances are read all the time and one of them is told to purge:
/// no request fails, each purge reaches the others directly, and none is lost once Redis is back.
/// What each phase came to is printed.
///
/// `-Dterrace.away.seconds=` sets how long Redis is away in the profile `soak`.
final class RedisAwayTest {
  private static final int READERS = 4;
  private static final int LONGEST_PEACE_MILLIS = 1_000;
  private static final int LEAST_REACHED = 3;

  /// A new log has settled by then, whatever leases others may have.
  private static final Duration PATIENCE = Duration.ofSeconds(150);

  @TempDir private static Path program;
  private static QuickStart quickStart;

  @TempDir private Path directory;

  private final Chronicle chronicle = new Chronicle();
  private final Promises promises = new Promises(chronicle);
  private final CountDownLatch end = new CountDownLatch(1);

  /// How long each purge took until all instances answered anew; a list a phase. Guarded by itself.
  private final List<List<Long>> reachedNanos = new ArrayList<>(List.of(new ArrayList<>()));

  private RedisServer redis;
  private PagesTarget target;
  private Wire wire;

  @BeforeAll
  static void prepare() throws Exception {
    quickStart = QuickStart.in(program);
  }

  @BeforeEach
  void open() throws Exception {
    redis = RedisServer.start(RedisServer.Options.PLAIN.line("appendonly yes"));
    target = new PagesTarget(new Random());
    wire = new Wire();
  }

  @AfterEach
  void close() {
    wire.close();
    target.close();
    redis.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve", "revalidate"})
  void nothingFailsAndNoPurgeIsLost(String outage) throws Exception {
    List<String> flags =
        List.of("--redis-outage=" + outage, "--coherence-lease=" + Fleet.LEASE_SECONDS + "s");
    stopRedis(outage, flags, Fleet.Leases.SHORT, Duration.ofSeconds(8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve", "revalidate"})
  @Tag("soak")
  void nothingFailsAndNoPurgeIsLostInFiveMinutes(String outage) throws Exception {
    Duration away = Duration.ofSeconds(Integer.getInteger("terrace.away.seconds", 300));
    List<String> flags = outage.equals("serve") ? List.of() : List.of("--redis-outage=" + outage);
    stopRedis(outage, flags, Fleet.Leases.ANY, away);
  }

  /// What happened until some moment.
  private record Reading(Map<String, Long> answers, long refused, long asked) {}

  private void stopRedis(String outage, List<String> flags, Fleet.Leases leases, Duration away)
      throws Exception {
    try (Fleet fleet = new Fleet(quickStart, flags(flags), leases);
        ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      Readers readers = new Readers(fleet, wire, promises, chronicle);
      Purgers purgers = new Purgers(fleet, wire, target, promises, chronicle);
      begin(fleet, purgers);
      List<Future<?>> works = new ArrayList<>();
      for (int i = 0; i < Fleet.SIZE * READERS; i++) {
        int instance = i % Fleet.SIZE;
        Random random = new Random(i);
        works.add(threads.submit(() -> read(readers, instance, random)));
      }
      works.add(threads.submit(() -> purge(readers, purgers)));
      try {
        List<Reading> readings = new ArrayList<>();
        readings.add(reading(readers));
        pass(away.dividedBy(4), readers, readings);
        redis.stop();
        boolean _ = end.await(away.toMillis(), TimeUnit.MILLISECONDS);
        await("purges that reach all without Redis")
            .atMost(PATIENCE)
            .until(() -> reached() >= LEAST_REACHED);
        pass(Duration.ZERO, readers, readings);
        redis.restart();
        pass(away.dividedBy(4), readers, readings);
        print(outage, readings);
        end.countDown();
        for (Future<?> work : works) {
          work.get();
        }
      } finally {
        end.countDown();
      }
      Quiet.settle(readers, purgers, PATIENCE);
      assertThat(readers.refused()).as("requests without an answer").isZero();
      assertThat(readers.answers().keySet()).noneMatch(how -> how.startsWith("status"));
      assertThat(promises.broken()).isEmpty();
    } catch (Exception | AssertionError e) {
      chronicle.write(Path.of("target", "redis-away-" + outage + ".log"), List.of());
      throw e;
    }
  }

  private List<List<String>> flags(List<String> more) {
    List<List<String>> all = new ArrayList<>();
    for (int i = 0; i < Fleet.SIZE; i++) {
      all.add(
          Stream.concat(
                  Stream.of(
                      target.flag(),
                      "--enable-redis",
                      "--redis-host=127.0.0.1",
                      "--redis-port=" + redis.port(),
                      "--file-cache-dir=" + directory.resolve("instance-" + i)),
                  more.stream())
              .toList());
    }
    return all;
  }

  /// Waits until a purge binds all.
  private void begin(Fleet fleet, Purgers purgers) throws Exception {
    for (int i = 0; i < Fleet.SIZE; i++) {
      fleet.start(i);
    }
    Random random = new Random();
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () ->
                purgers
                    .purge(0, Wanted.of(Page.ALL.getFirst()), random, end)
                    .filter(Receipt::isFinal)
                    .filter(receipt -> receipt.states().size() == Fleet.SIZE)
                    .isPresent());
  }

  private Void read(Readers readers, int instance, Random random) throws InterruptedException {
    readers.read(instance, random, end);
    return null;
  }

  /// One page after another, at the first instance; each is asked for at the others until they
  /// answer anew.
  private Void purge(Readers readers, Purgers purgers) throws InterruptedException {
    Random random = new Random(1);
    while (!end.await(random.nextInt(LONGEST_PEACE_MILLIS), TimeUnit.MILLISECONDS)) {
      Page page = Page.ALL.get(random.nextInt(Page.COUNT));
      long begin = System.nanoTime();
      Optional<Receipt> receipt = purgers.purge(0, Wanted.of(page), random, end);
      assertThat(receipt).as("an answer to a purge").isPresent();
      for (int other = 1; other < Fleet.SIZE; other++) {
        int instance = other;
        await()
            .atMost(PATIENCE)
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofMillis(2))
            .until(
                () ->
                    readers
                        .read(instance, page)
                        .filter(generation -> generation >= purgers.answered(page))
                        .isPresent());
      }
      synchronized (reachedNanos) {
        reachedNanos.getLast().add(System.nanoTime() - begin);
      }
    }
    return null;
  }

  private void pass(Duration time, Readers readers, List<Reading> readings)
      throws InterruptedException {
    boolean _ = end.await(time.toMillis(), TimeUnit.MILLISECONDS);
    readings.add(reading(readers));
    synchronized (reachedNanos) {
      reachedNanos.add(new ArrayList<>());
    }
  }

  /// Purges that reached all in the phase that goes on.
  private int reached() {
    synchronized (reachedNanos) {
      return reachedNanos.getLast().size();
    }
  }

  private Reading reading(Readers readers) {
    return new Reading(readers.answers(), readers.refused(), target.asked());
  }

  private void print(String outage, List<Reading> readings) {
    List<String> phases = List.of("before", "away", "after");
    List<List<Long>> reached;
    synchronized (reachedNanos) {
      reached = reachedNanos.stream().map(List::copyOf).toList();
    }
    for (int i = 0; i < phases.size(); i++) {
      Reading from = readings.get(i);
      Reading to = readings.get(i + 1);
      Map<String, Long> answers = new TreeMap<>();
      to.answers()
          .forEach(
              (how, count) -> {
                long more = count - from.answers().getOrDefault(how, 0L);
                if (more > 0) {
                  answers.put(how, more);
                }
              });
      long all = answers.values().stream().mapToLong(Long::longValue).sum();
      long hits =
          answers.entrySet().stream()
              .filter(each -> each.getKey().startsWith("HIT"))
              .mapToLong(Map.Entry::getValue)
              .sum();
      List<Long> times = reached.get(i).stream().sorted().toList();
      System.out.printf(
          Locale.ROOT,
          "Redis %-10s %-6s %6d answers, hit ratio %.3f, %d without an answer, target asked %d"
              + " times, %d purges reached all in %s; %s%n",
          outage,
          phases.get(i),
          all,
          (double) hits / all,
          to.refused() - from.refused(),
          to.asked() - from.asked(),
          times.size(),
          times.isEmpty()
              ? "-"
              : String.format(
                  Locale.ROOT,
                  "%.0f ms (median), %.0f ms (most)",
                  times.get(times.size() / 2) / 1e6,
                  times.getLast() / 1e6),
          answers);
    }
  }
}
