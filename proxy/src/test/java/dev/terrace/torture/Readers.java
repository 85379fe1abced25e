package dev.terrace.torture;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/// Clients of the instances, each of which asks one for pages until the end.
final class Readers {
  private static final int LONGEST_THOUGHT_MILLIS = 12;

  private final Fleet fleet;
  private final Wire wire;
  private final Promises promises;
  private final Chronicle chronicle;
  private final ConcurrentMap<String, AtomicLong> answers = new ConcurrentHashMap<>();
  private final AtomicLong refused = new AtomicLong();

  Readers(Fleet fleet, Wire wire, Promises promises, Chronicle chronicle) {
    this.fleet = fleet;
    this.wire = wire;
    this.promises = promises;
    this.chronicle = chronicle;
  }

  /// Asks this instance for one page after another.
  void read(int instance, RandomGenerator random, CountDownLatch end) throws InterruptedException {
    while (!end.await(random.nextInt(LONGEST_THOUGHT_MILLIS), TimeUnit.MILLISECONDS)) {
      read(instance, Page.ALL.get(random.nextInt(Page.COUNT)));
    }
  }

  /// @return the generation that was answered; empty if there was no answer, since the instance is
  ///   down or was killed
  Optional<Long> read(int instance, Page page) throws InterruptedException {
    Optional<Integer> port = fleet.port(instance);
    if (port.isEmpty()) {
      return Optional.empty();
    }
    Promises.Due due = promises.due(instance, page);
    try {
      return Optional.of(check(instance, page, due, wire.get(port.get(), page)));
    } catch (IOException e) {
      refused.incrementAndGet();
      return Optional.empty();
    }
  }

  private long check(int instance, Page page, Promises.Due due, HttpResponse<String> answer) {
    String how =
        answer.headers().firstValue("X-Cache").orElse("")
            + answer.headers().firstValue("X-Cache-Layer").map(" "::concat).orElse("");
    if (answer.statusCode() != 200) {
      chronicle.note("instance %d answered %s", instance, answer.statusCode());
      count("status " + answer.statusCode());
      return -1;
    }
    count(how);
    long generation = Long.parseLong(answer.body());
    promises.check(
        instance,
        page,
        due,
        generation,
        how + ", Age " + answer.headers().firstValue("Age").orElse("-"));
    return generation;
  }

  private void count(String how) {
    answers.computeIfAbsent(how, _ -> new AtomicLong()).incrementAndGet();
  }

  /// How many answers came from where.
  Map<String, Long> answers() {
    Map<String, Long> counts = new TreeMap<>();
    answers.forEach((how, count) -> counts.put(how, count.get()));
    return counts;
  }

  /// Requests without an answer.
  long refused() {
    return refused.get();
  }

  /// The share of answers that needed no target.
  double hitRatio() {
    long all = 0;
    long hits = 0;
    for (Map.Entry<String, Long> each : answers().entrySet()) {
      all += each.getValue();
      hits += each.getKey().startsWith("HIT") ? each.getValue() : 0;
    }
    return all == 0 ? 0 : (double) hits / all;
  }
}
