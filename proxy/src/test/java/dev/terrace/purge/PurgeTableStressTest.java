package dev.terrace.purge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.purge.PurgeTable.Bounds;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.rules.UrlKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.Test;

/// Purges, fetches and judgements at once, held to what a request may rely on: an entry whose fetch
/// began before a purge that was acknowledged before the judgement is never current, and one whose
/// fetch began after every purge that had begun is never purged.
final class PurgeTableStressTest {
  private static final int URLS = 4;

  /// Purges and fetches at least; they go on while a judge goes on.
  private static final int ROUNDS = 60_000;

  /// Judgements at least; a judge goes on until it has refused `LEAST_REFUSED` entries, so that it
  /// proves something in whatever order the machine lets the threads run.
  private static final int JUDGEMENTS = 4 * ROUNDS;

  private static final long LEAST_REFUSED = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long LINEAGE = 1;

  private static final List<UrlKey> KEYS =
      List.of(
          new UrlKey("a", "/0"),
          new UrlKey("a", "/1"),
          new UrlKey("a", "/2"),
          new UrlKey("a", "/3"));

  /// For each URL the newest stamp whose purge has returned, and how many purges have begun and
  /// ended.
  private final AtomicLongArray acknowledged = new AtomicLongArray(URLS);

  private final AtomicLongArray begun = new AtomicLongArray(URLS);
  private final AtomicLongArray ended = new AtomicLongArray(URLS);

  /// For each URL the entry that is shared by all threads, memo included.
  private final AtomicReferenceArray<Fenced> stored = new AtomicReferenceArray<>(URLS);

  @Test
  void noJudgeOverlooksAnAcknowledgedPurge() throws Exception {
    race(new PurgeTable(LINEAGE));
  }

  @Test
  void noJudgeOverlooksAnAcknowledgedPurgeThatIsBeingForgotten() throws Exception {
    race(new PurgeTable(LINEAGE, new Bounds(2, 2, 1)));
  }

  private void race(PurgeTable table) throws Exception {
    for (int i = 0; i < URLS; i++) {
      stored.set(i, fetch(table, i));
    }
    CyclicBarrier start = new CyclicBarrier(4);
    CountDownLatch judging = new CountDownLatch(2);
    List<Callable<Void>> racers =
        List.of(
            () -> purge(table, new Random(1), start, judging),
            () -> fill(table, new Random(2), start, judging),
            () -> judge(table, new Random(3), start, judging),
            () -> judge(table, new Random(4), start, judging));
    try (ExecutorService threads = Executors.newFixedThreadPool(racers.size())) {
      for (Future<Void> racer : threads.invokeAll(racers)) {
        racer.get();
      }
    }
  }

  private static Fenced fetch(PurgeTable table, int index) {
    return new Fenced(table.capture(), KEYS.get(index), Set.of("t" + index));
  }

  private Void purge(PurgeTable table, Random random, CyclicBarrier start, CountDownLatch judging)
      throws Exception {
    start.await();
    for (int round = 0; round < ROUNDS || judging.getCount() > 0; round++) {
      int index = random.nextInt(URLS);
      Scope scope =
          switch (random.nextInt(5)) {
            case 0 -> new Scope.Url(KEYS.get(index));
            case 1 -> new Scope.Path(KEYS.get(index).pathAndQuery());
            case 2 -> new Scope.Tag("t" + index);
            case 3 -> new Scope.Prefix("/" + index);
            default -> round % 50 == 0 ? new Scope.Everything() : new Scope.Url(KEYS.get(index));
          };
      boolean all = scope instanceof Scope.Everything;
      count(begun, index, all);
      Fence stamp = table.purge(scope, Mode.HARD);
      acknowledged.set(index, stamp.stamp());
      count(ended, index, all);
    }
    return null;
  }

  private static void count(AtomicLongArray counts, int index, boolean all) {
    for (int i = 0; i < URLS; i++) {
      if (all || i == index) {
        counts.incrementAndGet(i);
      }
    }
  }

  /// Fetches anew, and checks that a purge that ended before covers nothing of it.
  private Void fill(PurgeTable table, Random random, CyclicBarrier start, CountDownLatch judging)
      throws Exception {
    start.await();
    long current = 0;
    for (int round = 0; round < ROUNDS || judging.getCount() > 0; round++) {
      int index = random.nextInt(URLS);
      // Equal, in this order of reading, they say that no purge was under way.
      long endedBefore = ended.get(index);
      boolean quiet = begun.get(index) == endedBefore;
      long acknowledgedBefore = acknowledged.get(index);
      Fenced fetched = fetch(table, index);
      assertThat(fetched.fence().stamp()).isGreaterThanOrEqualTo(acknowledgedBefore);
      Verdict verdict = table.judge(fetched);
      if (quiet && begun.get(index) == endedBefore) {
        assertThat(verdict).isNotEqualTo(Verdict.PURGED);
      }
      current += verdict == Verdict.CURRENT ? 1 : 0;
      stored.set(index, fetched);
    }
    assertThat(current).as("current entries").isPositive();
    return null;
  }

  private Void judge(PurgeTable table, Random random, CyclicBarrier start, CountDownLatch judging)
      throws Exception {
    start.await();
    Instant end = Instant.now().plus(PATIENCE);
    long refused = 0;
    try {
      for (int round = 0; round < JUDGEMENTS || refused < LEAST_REFUSED; round++) {
        int index = random.nextInt(URLS);
        long acknowledgedBefore = acknowledged.get(index);
        Fenced entry = stored.get(index);
        // By turns with and without the memo: once an entry was found purged, its memo says so.
        boolean refusedNow =
            round % 2 == 0
                ? table.judge(entry) != Verdict.CURRENT
                : table.isCovered(entry.fence(), entry.url(), entry.tags());
        if (entry.fence().stamp() < acknowledgedBefore) {
          assertThat(refusedNow).isTrue();
          refused++;
        }
        if (round > JUDGEMENTS) {
          assertThat(Instant.now()).as("only %d entries refused", refused).isBefore(end);
        }
      }
    } finally {
      judging.countDown();
    }
    return null;
  }
}
