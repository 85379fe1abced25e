package dev.terrace.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// One run: clients at every instance, purges, and harm, all at the same time, and then quiet, in
/// which everything has to come to where it belongs.
final class Torture {
  /// At each instance.
  private static final int READERS = 2;

  private static final int PURGERS = 3;
  private static final int LONGEST_PEACE_MILLIS = 1_500;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  // What a run must come to, or it proves nothing; it goes on for up to twice its time for that.
  private static final double LEAST_HIT_RATIO = 0.3;
  private static final int LEAST_COMPLETE = 10;

  private final Fleet fleet;
  private final PagesTarget target;
  private final List<Harm> harms;
  private final Promises promises;
  private final Chronicle chronicle;
  private final long seed;
  private final Readers readers;
  private final Purgers purgers;

  Torture(
      Fleet fleet,
      Wire wire,
      PagesTarget target,
      List<Harm> harms,
      Promises promises,
      Chronicle chronicle,
      long seed) {
    this.fleet = fleet;
    this.target = target;
    this.harms = harms;
    this.promises = promises;
    this.chronicle = chronicle;
    this.seed = seed;
    this.readers = new Readers(fleet, wire, promises, chronicle);
    this.purgers = new Purgers(fleet, wire, target, promises, chronicle);
  }

  private interface Work {
    void run() throws Exception;
  }

  /// @param log where the history is kept if something is wrong
  void run(Duration duration, Path log) throws Exception {
    try {
      begin();
      storm(duration);
      Quiet.settle(readers, purgers, PATIENCE);
      judge();
    } catch (Exception | AssertionError e) {
      chronicle.note("failed: %s", e);
      chronicle.write(log, fleet.said());
      throw new AssertionError("seed " + seed + ", history in " + log + ": " + e.getMessage(), e);
    }
  }

  /// Starts every instance, and waits until a purge binds all.
  private void begin() throws Exception {
    List<Work> starts = new ArrayList<>();
    for (int i = 0; i < Fleet.SIZE; i++) {
      int instance = i;
      starts.add(() -> fleet.start(instance));
    }
    allOf(starts, new CountDownLatch(0));
    Random random = new Random(seed);
    CountDownLatch never = new CountDownLatch(1);
    for (int i = 0; i < Fleet.SIZE; i++) {
      int instance = i;
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  purgers
                      .purge(instance, Wanted.of(Page.ALL.getFirst()), random, never)
                      .filter(Receipt::isFinal)
                      .filter(receipt -> receipt.states().size() == Fleet.SIZE)
                      .isPresent());
    }
    chronicle.note("the storm begins");
  }

  private void storm(Duration duration) throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    List<Work> works = new ArrayList<>();
    int[] next = {1};
    for (int i = 0; i < Fleet.SIZE * READERS; i++) {
      int instance = i % Fleet.SIZE;
      Random random = random(next[0]++);
      works.add(() -> readers.read(instance, random, end));
    }
    for (int i = 0; i < PURGERS; i++) {
      Random random = random(next[0]++);
      works.add(() -> purgers.purge(random, end));
    }
    works.add(() -> purgers.follow(end));
    for (Harm harm : harms) {
      Random random = random(next[0]++);
      works.add(
          () -> {
            while (!end.await(random.nextInt(LONGEST_PEACE_MILLIS), TimeUnit.MILLISECONDS)) {
              harm.inflict(random, end);
            }
          });
    }
    ExecutorService timer = Executors.newSingleThreadExecutor();
    try {
      Future<?> _ =
          timer.submit(
              () -> {
                boolean over = end.await(duration.toMillis(), TimeUnit.MILLISECONDS);
                for (int more = 0; !over && more < 20 && !provesSomething(); more++) {
                  over = end.await(duration.toMillis() / 20, TimeUnit.MILLISECONDS);
                }
                end.countDown();
                return true;
              });
      allOf(works, end);
    } finally {
      timer.shutdownNow();
    }
    chronicle.note("the storm ends");
  }

  private Random random(int number) {
    return new Random(seed * 1_000 + number);
  }

  /// Runs all at the same time; the first that fails ends all.
  private static void allOf(List<Work> works, CountDownLatch end)
      throws InterruptedException, ExecutionException {
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      List<Future<Void>> all = new ArrayList<>();
      for (Work work : works) {
        Callable<Void> call =
            () -> {
              try {
                work.run();
                return (Void) null;
              } catch (Exception | AssertionError e) {
                end.countDown();
                throw e;
              }
            };
        all.add(threads.submit(call));
      }
      for (Future<Void> each : all) {
        each.get();
      }
    }
  }

  private boolean provesSomething() {
    return readers.hitRatio() > LEAST_HIT_RATIO
        && purgers.complete() > LEAST_COMPLETE
        && promises.checked() > promises.excused();
  }

  private void judge() {
    System.out.printf(
        "Torture, seed %d: %s; %s, hit ratio %.2f, %d checked, %d not; target asked %d times%n",
        seed,
        purgers,
        readers.answers(),
        readers.hitRatio(),
        promises.checked(),
        promises.excused(),
        target.asked());
    assertThat(promises.broken()).isEmpty();
    assertThat(readers.answers().keySet()).noneMatch(how -> how.startsWith("status"));
    assertThat(readers.hitRatio()).as("hit ratio").isGreaterThan(LEAST_HIT_RATIO);
    assertThat(purgers.complete())
        .as("purges that bound every instance")
        .isGreaterThan(LEAST_COMPLETE);
    assertThat(promises.checked()).as("answers checked").isGreaterThan(promises.excused());
  }
}
