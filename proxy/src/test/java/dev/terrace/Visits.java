package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/// Requests to an instance before a [PathTarget], and what came of them.
///
/// @param all in the order in which they ended
record Visits(List<Visit> all) {
  /// Less than what a change of Redis may take.
  private static final Duration NOTICED = Duration.ofSeconds(2);

  /// One request.
  record Visit(String path, Instance.Got got, Duration took) {
    /// Neither an error nor the body of another path.
    boolean isSound() {
      return got.status() == 200 && got.body().equals(PathTarget.body(path));
    }
  }

  /// One after the other.
  static Visits of(Instance instance, List<String> paths) {
    return new Visits(paths.stream().map(path -> visit(instance, path)).toList());
  }

  private static Visit visit(Instance instance, String path) {
    long begun = System.nanoTime();
    Instance.Got got = instance.get(path);
    return new Visit(path, got, Duration.ofNanos(System.nanoTime() - begun));
  }

  /// What is done while requests are made.
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  /// From some clients at once, over and over, while the work is done.
  static Visits during(Work work, Instance instance, List<String> paths, int clients)
      throws Exception {
    ConcurrentLinkedQueue<Visit> visits = new ConcurrentLinkedQueue<>();
    AtomicBoolean ended = new AtomicBoolean();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      int first = i;
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int n = first; !ended.get(); n++) {
                      visits.add(visit(instance, paths.get(n % paths.size())));
                    }
                  }));
    }
    try {
      work.run();
    } finally {
      ended.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
    }
    return new Visits(List.copyOf(visits));
  }

  Visits expectSound() {
    assertThat(all).isNotEmpty().allMatch(Visit::isSound);
    return this;
  }

  /// Most were answered at once: a busy machine is slow at times, and what waits in vain at each
  /// request always.
  Visits expectPrompt() {
    assertThat(all.stream().filter(visit -> visit.took().compareTo(NOTICED) > 0).count())
        .as("slower than %s, of %d", NOTICED, all.size())
        .isLessThanOrEqualTo(all.size() / 2);
    return this;
  }

  /// How many were answered so: `HIT redis`.
  long answeredBy(String cache) {
    return all.stream().filter(visit -> visit.got().cache().equals(cache)).count();
  }
}
