package dev.terrace.layer;

import static dev.terrace.layer.Samples.NOON;
import static dev.terrace.layer.Samples.bytes;
import static dev.terrace.layer.Samples.entry;
import static dev.terrace.layer.Samples.key;
import static dev.terrace.layer.Samples.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.terrace.http.BodyReader;
import dev.terrace.layer.FaultyLayer.Fault;
import dev.terrace.layer.memory.MemoryLayer;
import dev.terrace.observe.Event;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.SkipReason;
import dev.terrace.rules.VariantKey;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class GuardedLayerTest {
  private static final Duration AMPLE = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(30);
  private static final Breaker.Settings THREE_FAILURES =
      new Breaker.Settings(3, Duration.ofSeconds(1), Duration.ofSeconds(8));

  private final SettableClock clock = new SettableClock(NOON);
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(2));
  private final FaultyLayer faulty =
      new FaultyLayer(
          new MemoryLayer(
              new MemoryLayer.Settings(100, 16 << 20, Eviction.TINYLFU, 8), Samples.EXPIRY, clock),
          LayerName.FILE);
  private final GuardedLayer layer = guarded(AMPLE, AMPLE, THREE_FAILURES);
  private final Gate gate = new Gate();

  @AfterEach
  void end() {
    gate.open();
    threads.close();
  }

  private GuardedLayer guarded(Duration lookup, Duration read, Breaker.Settings breaker) {
    return new GuardedLayer(
        faulty,
        new GuardedLayer.Settings(lookup, read, breaker),
        threads,
        events::add,
        clock::nanos);
  }

  @Test
  void aFailureIsAMissAndAnEvent() throws IOException {
    store(layer, entry("/a"), bytes("a"));
    faulty.fault(new Fault.Failing());

    assertThat(find("/a")).isEmpty();

    assertThat(events)
        .containsExactly(
            new Event.LookedUp(LayerName.FILE, Event.LookupResult.ERROR, 0),
            new Event.LayerFailed(LayerName.FILE, "java.io.IOException: the disk is on fire"));
  }

  @Test
  void aBugOfTheLayerIsAMissToo() {
    faulty.fault(new Fault.Buggy());

    assertThat(find("/a")).isEmpty();
    assertThat(lookedUp(Event.LookupResult.ERROR)).isEqualTo(1);
  }

  @Test
  void hitsAndMissesAreEvents() throws IOException {
    store(layer, entry("/a"), bytes("a"));
    find("/a");
    find("/b");

    assertThat(lookedUp(Event.LookupResult.HIT)).isEqualTo(1);
    assertThat(lookedUp(Event.LookupResult.MISS)).isEqualTo(1);
  }

  @Test
  void aLateAnswerIsAMiss() throws IOException {
    store(layer, entry("/a"), bytes("a"));
    faulty.fault(new Fault.Hanging(gate));
    GuardedLayer hurried =
        guarded(
            SHORT,
            AMPLE,
            new Breaker.Settings(Integer.MAX_VALUE, Duration.ofSeconds(1), Duration.ofSeconds(8)));

    // One that found its thread too late never asked the layer.
    int[] asked = {0};
    await()
        .until(
            () -> {
              asked[0]++;
              assertThat(find(hurried, "/a")).isEmpty();
              return gate.isReached();
            });

    assertThat(lookedUp(Event.LookupResult.ERROR)).isEqualTo(asked[0]);
  }

  @Test
  void lookupsThatFindNoThreadAreMissesThatOpenTheBreaker() throws Exception {
    faulty.fault(new Fault.Hanging(gate));
    Thread patient = Thread.ofVirtual().start(() -> find("/a"));
    gate.awaitSomeone();
    GuardedLayer hurried = guarded(SHORT, AMPLE, THREE_FAILURES);

    // The only thread hangs; two wait in the queue, and the third finds it full.
    assertThat(find(hurried, "/a")).isEmpty();
    assertThat(find(hurried, "/a")).isEmpty();
    assertThat(hurried.breaker()).isEqualTo(Breaker.State.CLOSED);
    clock.advance(Duration.ofSeconds(1));
    assertThat(find(hurried, "/a")).isEmpty();

    assertThat(lookedUp(Event.LookupResult.ERROR)).isEqualTo(3);
    assertThat(events)
        .filteredOn(Event.LayerFailed.class::isInstance)
        .containsExactly(
            new Event.LayerFailed(LayerName.FILE, "no answer within 30 ms"),
            new Event.LayerFailed(
                LayerName.FILE, "every thread of the layer is busy and its queue is full"));
    assertThat(hurried.breaker()).isEqualTo(Breaker.State.OPEN);
    gate.open();
    patient.join();
  }

  @Test
  void anOpenBreakerKeepsTheLayerFromBeingAskedUntilItRecovers() throws IOException {
    store(layer, entry("/a"), bytes("a"));
    faulty.fault(new Fault.Failing());
    for (int i = 0; i < 3; i++) {
      find("/a");
    }
    assertThat(layer.breaker()).isEqualTo(Breaker.State.OPEN);

    faulty.fault(new Fault.None());
    assertThat(find("/a")).isEmpty();
    assertThat(faulty.lookups()).isEqualTo(3);
    assertThat(layer.open(entry("/b"), 1)).isEqualTo(new Opening.Declined(SkipReason.LAYER_OFF));

    clock.advance(Duration.ofSeconds(1));
    assertThat(find("/a")).isPresent();
    assertThat(layer.breaker()).isEqualTo(Breaker.State.CLOSED);
  }

  @Test
  void failuresAreToldAtMostOnceASecond() {
    faulty.fault(new Fault.Failing());
    find("/a");
    find("/a");
    assertThat(failuresTold()).isEqualTo(1);

    clock.advance(Duration.ofSeconds(1));
    find("/a");
    assertThat(failuresTold()).isEqualTo(2);
  }

  @Test
  void aBodyThatFailsOrHangsBreaksOffInTime() throws Exception {
    store(layer, entry("/a"), bytes("abc"));
    StoredResponse found = find(guarded(AMPLE, SHORT, THREE_FAILURES), "/a").orElseThrow();
    BodyReader reader = opened(found.body());
    faulty.readFault(new Fault.Hanging(gate));
    clock.advance(Duration.ofSeconds(1));
    events.clear();

    assertThatThrownBy(reader::read).isInstanceOf(IOException.class).hasMessageContaining("30 ms");
    gate.open();

    await().until(() -> faulty.openReaders() == 0);
    assertThatThrownBy(reader::read).isInstanceOf(IOException.class);
    assertThat(failuresTold()).isEqualTo(1);
  }

  /// Opened, though a busy machine may be late with that, too.
  private static BodyReader opened(StoredBody body) {
    return await()
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> body.open(0, 3), _ -> true);
  }

  @Test
  void aBodyThatIsOpenedLateIsClosed() throws Exception {
    store(layer, entry("/a"), bytes("abc"));
    StoredResponse found = find(guarded(AMPLE, SHORT, THREE_FAILURES), "/a").orElseThrow();
    faulty.readFault(new Fault.Hanging(gate));

    await()
        .until(
            () -> {
              assertThatThrownBy(() -> found.body().open(0, 3)).isInstanceOf(IOException.class);
              return gate.isReached();
            });
    gate.open();

    await().until(() -> threads.getActiveCount() == 0 && threads.getQueue().isEmpty());
    assertThat(faulty.openedReaders()).isEqualTo(1);
    assertThat(faulty.openReaders()).isZero();
  }

  private Optional<StoredResponse> find(String path) {
    return find(layer, path);
  }

  private static Optional<StoredResponse> find(GuardedLayer asked, String path) {
    return asked.find(key(path), GuardedLayerTest::any);
  }

  private static boolean any(VariantKey variant) {
    return variant.equals(VariantKey.NONE);
  }

  private long lookedUp(Event.LookupResult result) {
    return events.stream()
        .filter(event -> event instanceof Event.LookedUp looked && looked.result() == result)
        .count();
  }

  private long failuresTold() {
    return events.stream().filter(Event.LayerFailed.class::isInstance).count();
  }
}
