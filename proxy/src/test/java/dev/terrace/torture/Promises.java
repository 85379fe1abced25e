package dev.terrace.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// What instances have promised of pages, and whether they keep it. A promise is made when a client
/// has read a receipt; it holds for every request that begins later, whatever becomes of the
/// instance. Safe for use by any thread.
///
/// What is *not* checked: answers that overlap a time in which control data had been put back by
/// hand and no instance that saw newer ones had synced, with the lease after it. The protocol says
/// that nothing protects these.
final class Promises {
  private static final Promise NONE = new Promise(0, "nothing");

  private final Chronicle chronicle;
  private final AtomicReferenceArray<Promise> promises;
  private final ConcurrentLinkedQueue<String> broken = new ConcurrentLinkedQueue<>();
  private final AtomicInteger excuses = new AtomicInteger();
  private final AtomicLong excused = new AtomicLong();
  private final AtomicLong checked = new AtomicLong();

  /// @param generation an older one is never answered with
  /// @param why for people
  record Promise(long generation, String why) {}

  /// What stood when a request began.
  ///
  /// @param excuses odd: answers are excused now
  record Due(Promise promise, int excuses, String at) {}

  Promises(Chronicle chronicle) {
    this.chronicle = chronicle;
    List<Promise> none = new ArrayList<>();
    for (int i = 0; i < Fleet.SIZE * Page.COUNT; i++) {
      none.add(NONE);
    }
    promises = new AtomicReferenceArray<>(none.toArray(Promise[]::new));
  }

  /// The instance may answer with nothing older from now on.
  void bind(int instance, Map<Page, Long> generations, String why) {
    generations.forEach(
        (page, generation) -> {
          Promise promise = new Promise(generation, why + " at " + chronicle.now().strip());
          promises.accumulateAndGet(
              place(instance, page),
              promise,
              (known, given) -> given.generation() > known.generation() ? given : known);
        });
  }

  /// To be asked for before a request is sent.
  Due due(int instance, Page page) {
    return new Due(promises.get(place(instance, page)), excuses.get(), chronicle.now());
  }

  /// @param how X-Cache and so on
  void check(int instance, Page page, Due due, long generation, String how) {
    if (due.excuses() % 2 == 1 || due.excuses() != excuses.get()) {
      excused.incrementAndGet();
      return;
    }
    checked.incrementAndGet();
    if (generation < due.promise().generation()) {
      String line =
          String.format(
              "BROKEN: instance %d answered a request of %s for %s with generation %d (%s);"
                  + " promised was %d by %s",
              instance,
              due.at().strip(),
              page.path(),
              generation,
              how,
              due.promise().generation(),
              due.promise().why());
      chronicle.note("%s", line);
      broken.add(line);
    }
  }

  /// From now on answers are excused, until [#endExcuse].
  void beginExcuse() {
    excuses.incrementAndGet();
  }

  void endExcuse() {
    excuses.incrementAndGet();
  }

  List<String> broken() {
    return List.copyOf(broken);
  }

  /// Answers that were checked.
  long checked() {
    return checked.get();
  }

  long excused() {
    return excused.get();
  }

  private static int place(int instance, Page page) {
    return instance * Page.COUNT + page.index();
  }
}
