package dev.terrace.torture;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;

/// Who purges, reads the receipts, and takes instances at their word.
final class Purgers {
  private static final int LONGEST_THOUGHT_MILLIS = 350;
  private static final int RECEIPT_INTERVAL_MILLIS = 200;

  /// Receipts that are followed; of older ones no more is learnt.
  private static final int MOST_FOLLOWED = 100;

  private final Fleet fleet;
  private final Wire wire;
  private final PagesTarget target;
  private final Promises promises;
  private final Chronicle chronicle;

  private final AtomicInteger number = new AtomicInteger();
  private final ConcurrentMap<String, Integer> instances = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Followed> followed = new ConcurrentLinkedQueue<>();
  private final AtomicLongArray answered = new AtomicLongArray(Page.COUNT);
  private final AtomicInteger purges = new AtomicInteger();
  private final AtomicInteger completeAtOnce = new AtomicInteger();
  private final AtomicInteger completeLater = new AtomicInteger();
  private final AtomicInteger lost = new AtomicInteger();

  /// A purge of which more may be learnt.
  ///
  /// @param generations that pages have at least in whatever is fetched since it was sent
  private record Followed(int instance, String id, Map<Page, Long> generations) {}

  Purgers(Fleet fleet, Wire wire, PagesTarget target, Promises promises, Chronicle chronicle) {
    this.fleet = fleet;
    this.wire = wire;
    this.target = target;
    this.promises = promises;
    this.chronicle = chronicle;
  }

  /// One purge after another, at any instance.
  void purge(RandomGenerator random, CountDownLatch end) throws InterruptedException {
    while (!end.await(random.nextInt(LONGEST_THOUGHT_MILLIS), TimeUnit.MILLISECONDS)) {
      purge(random.nextInt(Fleet.SIZE), Wanted.any(random), random, end);
    }
  }

  /// The target changes first, so that whatever is fetched after the purge was received is newer.
  /// Whoever gets no answer asks again, of this instance or another, under the same id.
  ///
  /// @return empty if there was no answer until the end
  Optional<Receipt> purge(int first, Wanted wanted, RandomGenerator random, CountDownLatch end)
      throws InterruptedException {
    Map<Page, Long> generations = new HashMap<>();
    wanted.covered().forEach(page -> generations.put(page, target.raise(page)));
    String id = "purge-" + number.incrementAndGet();
    int instance = first;
    do {
      Optional<Integer> port = fleet.port(instance);
      if (port.isPresent()) {
        try {
          HttpResponse<String> answer = wire.purge(port.get(), wanted, id);
          if (answer.statusCode() == 200 || answer.statusCode() == 202) {
            return Optional.of(answered(instance, id, wanted, generations, answer));
          }
          chronicle.note("%s at %d: %d %s", id, instance, answer.statusCode(), answer.body());
        } catch (IOException e) {
          chronicle.note("%s (%s) at %d: %s", id, wanted, instance, e);
        }
      }
      instance = random.nextInt(Fleet.SIZE);
    } while (!end.await(random.nextInt(LONGEST_THOUGHT_MILLIS), TimeUnit.MILLISECONDS));
    return Optional.empty();
  }

  private Receipt answered(
      int instance,
      String id,
      Wanted wanted,
      Map<Page, Long> generations,
      HttpResponse<String> answer) {
    Receipt receipt = Receipt.read(answer.statusCode(), answer.body());
    instances.put(receipt.self(), instance);
    purges.incrementAndGet();
    chronicle.note("%s (%s) at %d: %s", id, wanted, instance, receipt);
    if (receipt.isComplete()) {
      completeAtOnce.incrementAndGet();
    }
    if (!wanted.isSoft()) {
      bind(id, generations, receipt);
      generations.forEach(
          (page, generation) -> answered.accumulateAndGet(page.index(), generation, Math::max));
      if (!receipt.isFinal()) {
        followed.add(new Followed(instance, id, generations));
        if (followed.size() > MOST_FOLLOWED) {
          followed.poll();
        }
      }
    }
    return receipt;
  }

  private void bind(String id, Map<Page, Long> generations, Receipt receipt) {
    instances.forEach(
        (name, instance) -> {
          if (receipt.binds(name)) {
            promises.bind(instance, generations, id + " (" + receipt + ")");
          }
        });
  }

  /// Asks for the receipts that say that something is pending, again and again.
  void follow(CountDownLatch end) throws InterruptedException {
    while (!end.await(RECEIPT_INTERVAL_MILLIS, TimeUnit.MILLISECONDS)) {
      followOnce();
    }
  }

  /// Asks once for each.
  void followOnce() throws InterruptedException {
    for (Followed each : List.copyOf(followed)) {
      Optional<Integer> port = fleet.port(each.instance());
      if (port.isEmpty()) {
        continue;
      }
      try {
        follow(each, wire.receipt(port.get(), each.id()));
      } catch (IOException e) {
        // It is asked again.
      }
    }
  }

  private void follow(Followed each, HttpResponse<String> answer) {
    if (answer.statusCode() == 404) {
      // The process that knew of it has ended.
      followed.remove(each);
      lost.incrementAndGet();
      return;
    }
    Receipt receipt = Receipt.read(answer.statusCode(), answer.body());
    bind(each.id(), each.generations(), receipt);
    if (receipt.isFinal()) {
      followed.remove(each);
      completeLater.incrementAndGet();
      chronicle.note("%s at last: %s", each.id(), receipt);
    }
  }

  /// Purges of which not everything is known yet.
  int open() {
    return followed.size();
  }

  /// The generation below which no instance may answer once all have heard of every hard purge that
  /// was answered.
  long answered(Page page) {
    return answered.get(page.index());
  }

  /// Purges that bound every instance.
  int complete() {
    return completeAtOnce.get() + completeLater.get();
  }

  @Override
  public String toString() {
    return String.format(
        "%d purges, %d complete at once, %d later, %d whose receipt went with its process",
        purges.get(), completeAtOnce.get(), completeLater.get(), lost.get());
  }
}
