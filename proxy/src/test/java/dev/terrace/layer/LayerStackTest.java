package dev.terrace.layer;

import static dev.terrace.layer.Samples.NOON;
import static dev.terrace.layer.Samples.body;
import static dev.terrace.layer.Samples.bytes;
import static dev.terrace.layer.Samples.entry;
import static dev.terrace.layer.Samples.key;
import static dev.terrace.layer.Samples.randomBytes;
import static dev.terrace.layer.Samples.variant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.terrace.layer.FaultyLayer.Fault;
import dev.terrace.layer.LayerStack.Found;
import dev.terrace.layer.memory.MemoryLayer;
import dev.terrace.observe.Observer;
import dev.terrace.purge.Coherence;
import dev.terrace.purge.Fence;
import dev.terrace.purge.Order;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.PurgeTable.Bounds;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import dev.terrace.purge.Stamp;
import dev.terrace.purge.TestCoherence;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.ReusePolicy.Judgement;
import dev.terrace.rules.SkipReason;
import dev.terrace.rules.VariantKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LayerStackTest {
  private static final Set<LayerName> BOTH = Set.of(LayerName.MEMORY, LayerName.FILE);
  private static final Set<LayerName> MEMORY = Set.of(LayerName.MEMORY);
  private static final Set<LayerName> SHARED = Set.of(LayerName.MEMORY, LayerName.REDIS);
  private static final Set<LayerName> FILE = Set.of(LayerName.FILE);
  private static final long QUEUE_BYTES = 1 << 20;

  private final SettableClock clock = new SettableClock(NOON);
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final PurgeTable purges = new PurgeTable(1);
  private final MemoryLayer memory = memory(16 << 20);
  private final MemoryLayer disk = memory(64 << 20);
  private final FaultyLayer faulty = new FaultyLayer(disk, LayerName.FILE);
  private final GuardedLayer file = guarded(faulty);
  private final LayerStack stack =
      new LayerStack(
          memory,
          List.of(new LayerStack.Lower(file, threads, QUEUE_BYTES)),
          purges,
          Coherence.ALONE,
          Samples.EXPIRY,
          clock);

  @AfterEach
  void end() {
    threads.close();
    stack.close();
  }

  @Test
  void whatIsStoredIsInMemoryAtOnceAndBelowSoonAfter() throws IOException {
    store(entry("/a"), bytes("a"), BOTH);

    assertThat(find("/a", BOTH).orElseThrow().layer()).isEqualTo(LayerName.MEMORY);
    written();
    assertThat(find("/a", FILE).orElseThrow().layer()).isEqualTo(LayerName.FILE);
    assertThat(body(find("/a", FILE).orElseThrow().response())).isEqualTo(bytes("a"));
  }

  @Test
  void whatIsTrustedIsJudgedByWhatWasKnownThen() throws IOException {
    // Contact comes back at the moment of the question, with a purge that was made meanwhile.
    Coherence regained =
        new TestCoherence(
            () -> {
              purges.purge(new Scope.Everything(), PurgeTable.Mode.HARD);
              return true;
            },
            () -> true,
            Optional::empty);
    try (LayerStack away =
        new LayerStack(memory, List.of(), purges, regained, Samples.EXPIRY, clock)) {
      store(entry("/a"), bytes("a"), MEMORY);
      assertThat(away.find(entry("/a").key(), _ -> true, MEMORY)).isEmpty();
    }
  }

  @Test
  void onlyAllowedLayersAreWrittenToAndAsked() throws IOException {
    store(entry("/m"), bytes("m"), MEMORY);
    store(entry("/f"), bytes("f"), FILE);
    written();

    assertThat(find("/m", FILE)).isEmpty();
    assertThat(find("/f", MEMORY)).isEmpty();
    assertThat(find("/f", FILE)).isPresent();
    assertThat(find("/f", MEMORY)).as("not promoted where memory is not allowed").isEmpty();
    assertThat(disk.stats().entries()).isEqualTo(1);
  }

  @Test
  void noLayerAllowedMeansNothingStored() {
    assertThat(stack.open(entry("/a"), 1, Set.of()))
        .isEqualTo(new Opening.Declined(SkipReason.RULE_LAYERS));
    assertThat(stack.open(entry("/a"), 1, Set.of(LayerName.REDIS)))
        .isEqualTo(new Opening.Declined(SkipReason.RULE_LAYERS));
  }

  @Test
  void whatMemoryDeclinesGoesBelowAlone() throws IOException {
    byte[] large = randomBytes(3 << 19, 1);
    assertThat(stack.open(entry("/a"), (2 << 20), MEMORY))
        .isEqualTo(new Opening.Declined(SkipReason.TOO_LARGE));

    EntryWriter writer = writing(stack.open(entry("/a"), large.length, BOTH));
    for (int at = 0; at < large.length; at += 1 << 18) {
      writer.write(ByteBuffer.wrap(large, at, 1 << 18));
      await().until(() -> stack.queuedBytes() <= WriteBehind.ENTRY_BYTES);
    }
    writer.commit();
    written();

    assertThat(find("/a", MEMORY)).isEmpty();
    assertThat(body(find("/a", BOTH).orElseThrow().response())).isEqualTo(large);
  }

  @Test
  void whatMemoryDeclinesIsNotHiddenByWhatItHolds() throws IOException {
    store(entry("/a"), bytes("older"), BOTH);
    byte[] large = randomBytes(3 << 19, 1);
    Entry later = entry("/a", VariantKey.NONE, NOON.plusSeconds(1));

    EntryWriter writer = writing(stack.open(later, large.length, BOTH));
    for (int at = 0; at < large.length; at += 1 << 18) {
      writer.write(ByteBuffer.wrap(large, at, 1 << 18));
      await().until(() -> stack.queuedBytes() <= WriteBehind.ENTRY_BYTES);
    }
    assertThat(find("/a", MEMORY)).as("before the commit").isPresent();
    writer.commit();
    written();

    assertThat(body(find("/a", BOTH).orElseThrow().response())).isEqualTo(large);
  }

  @Test
  void aHitBelowIsPromotedWithTheLifeThatIsLeft() throws IOException {
    Entry stored = entry("/a");
    store(stored, bytes("a"), FILE);
    written();
    clock.advance(Duration.ofSeconds(30));

    Found below = find("/a", BOTH).orElseThrow();
    await().until(() -> find("/a", MEMORY).isPresent());
    Found above = find("/a", BOTH).orElseThrow();

    assertThat(below.layer()).isEqualTo(LayerName.FILE);
    assertThat(above.layer()).isEqualTo(LayerName.MEMORY);
    assertThat(above.response().entry().head()).isEqualTo(stored.head());
    assertThat(above.response().entry().fenced().fence()).isEqualTo(stored.fenced().fence());
    assertThat(above.response().entry().head().age(clock.instant()))
        .isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void whatIsPurgedIsNotFoundInAnyLayer() throws IOException {
    store(entry("/a"), bytes("a"), BOTH);
    written();

    purges.purge(new Scope.Url(key("/a").url()), Mode.HARD);

    assertThat(find("/a", BOTH)).isEmpty();
    assertThat(find("/a", MEMORY)).isEmpty();
    assertThat(find("/a", FILE)).isEmpty();
    assertThat(stack.findInMemory(key("/a"), LayerStackTest::any, clock.instant())).isEmpty();
  }

  @Test
  void whatWasPurgedAboveButFetchedAnewBelowIsFoundBelow() throws IOException {
    store(entry("/a"), bytes("old"), MEMORY);
    Fence fence = purges.purge(new Scope.Url(key("/a").url()), Mode.HARD);
    store(fenced("/a", fence), bytes("new"), FILE);
    written();

    Found found = find("/a", BOTH).orElseThrow();

    assertThat(found.layer()).isEqualTo(LayerName.FILE);
    assertThat(body(found.response())).isEqualTo(bytes("new"));
  }

  @Test
  void whatMemoryHoldsIsFoundPromptly() throws IOException {
    store(entry("/a"), bytes("a"), BOTH);

    assertThat(findPromptly("/a", BOTH).orElseThrow().layer()).isEqualTo(LayerName.MEMORY);
    assertThat(findPromptly("/a", MEMORY)).isPresent();
    stack.countHit(LayerName.MEMORY);
    assertThat(memory.stats().hits()).isEqualTo(1);
  }

  @Test
  void anOpenFileIsFoundPromptlyWhereNothingWouldBeCopiedToMemory() throws IOException {
    store(entry("/a"), bytes("a"), FILE);
    // Past the queue of the stack, which would not take all of it from a writer that is slow.
    Samples.store(disk, entry("/large"), randomBytes((1 << 20) + 1, 1));
    written();

    assertThat(findPromptly("/a", FILE).orElseThrow().layer()).isEqualTo(LayerName.FILE);
    assertThat(findPromptly("/a", BOTH)).as("it belongs in memory").isEmpty();
    assertThat(findPromptly("/large", BOTH).orElseThrow().layer()).isEqualTo(LayerName.FILE);
    assertThat(findPromptly("/a", MEMORY)).isEmpty();
    assertThat(findPromptly("/a", Set.of(LayerName.REDIS))).isEmpty();
    stack.countHit(LayerName.FILE);
    assertThat(faulty.promptHits()).isEqualTo(1);
  }

  @Test
  void anOpenFileIsJudgedByThePurges() throws IOException {
    store(entry("/a"), bytes("a"), FILE);
    store(fenced("/b", new Fence(99, 0)), bytes("b"), FILE);
    written();

    assertThat(findPromptly("/b", FILE).orElseThrow().judgement()).isEqualTo(Judgement.SUSPECT);
    purges.purge(new Scope.Url(key("/a").url()), Mode.SOFT);
    assertThat(findPromptly("/a", FILE).orElseThrow().judgement()).isEqualTo(Judgement.SOFT_PURGED);
    purges.purge(new Scope.Url(key("/a").url()), Mode.HARD);
    assertThat(findPromptly("/a", FILE)).isEmpty();
  }

  @Test
  void aLayerWhoseBreakerIsOpenIsNotAskedPromptlyEither() throws IOException {
    store(entry("/a"), bytes("a"), FILE);
    written();
    faulty.fault(new Fault.Failing());
    for (int i = 0; i < Breaker.Settings.DEFAULT.failures(); i++) {
      assertThat(findPromptly("/a", FILE)).isPresent();
      assertThat(find("/a", FILE)).isEmpty();
    }
    assertThat(findPromptly("/a", FILE)).isEmpty();
  }

  private Optional<Found> findPromptly(String path, Set<LayerName> layers) {
    return stack.findPromptly(key(path), LayerStackTest::any, clock.instant(), layers);
  }

  /// The other instance stored it before it knew of the purge, which stands in no log yet: of its
  /// stamp and that of the purge nobody can tell which is first.
  @Test
  void aReadOfRedisThatBeganInAnotherLineageFindsNothing() throws Exception {
    PurgeTable shared = new PurgeTable(1, Bounds.DEFAULT, Order.SHARED, _ -> {});
    Gate reading = new Gate();
    try (LayerStack away = redis(shared, reading, () -> {})) {
      Future<Optional<Found>> read =
          threads.submit(() -> away.find(key("/a"), LayerStackTest::any, SHARED));
      reading.awaitSomeone();
      adoptWithAPurgeThatWaits(shared);
      reading.open();

      assertThat(read.get()).isEmpty();
      assertThat(memory.stats().entries()).isZero();
    }
  }

  @Test
  void norIfTheLineageChangesBetweenReadingAndJudging() throws Exception {
    PurgeTable shared = new PurgeTable(1, Bounds.DEFAULT, Order.SHARED, _ -> {});
    Gate open = new Gate();
    open.open();
    try (LayerStack away = redis(shared, open, () -> adoptWithAPurgeThatWaits(shared))) {
      assertThat(away.find(key("/a"), LayerStackTest::any, SHARED)).isEmpty();
      assertThat(memory.stats().entries()).isZero();
    }
  }

  @Test
  void whatRedisHoldsOfAnotherLineageIsSuspect() throws Exception {
    PurgeTable shared = new PurgeTable(1, Bounds.DEFAULT, Order.SHARED, _ -> {});
    Gate open = new Gate();
    open.open();
    try (LayerStack away = redis(shared, open, () -> {})) {
      Found found = away.find(key("/a"), LayerStackTest::any, SHARED).orElseThrow();

      assertThat(found.judgement()).isEqualTo(Judgement.SUSPECT);
      assertThat(memory.stats().entries()).isZero();
    }
  }

  /// The log is long, and only a page of it has come: the purge is further on.
  private static void adoptWithAPurgeThatWaits(PurgeTable shared) {
    shared.adopt(2);
    shared.purge(new Scope.Everything(), Mode.HARD);
    shared.restore(Stamp.of(500), 0);
  }

  /// Memory over a Redis in which another instance has put an entry of lineage 2. To be closed.
  ///
  /// @param reading passed by whoever reads it
  /// @param judging runs before anything is judged
  private LayerStack redis(PurgeTable shared, Gate reading, Runnable judging) throws IOException {
    Samples.store(disk, fenced("/a", new Fence(2, Stamp.of(400))), bytes("a"));
    FaultyLayer redis = new FaultyLayer(disk, LayerName.REDIS);
    redis.fault(new Fault.Hanging(reading));
    Coherence coherence =
        new TestCoherence(
            () -> {
              judging.run();
              return true;
            },
            () -> true,
            () -> Optional.of(shared.capture()));
    return new LayerStack(
        memory,
        List.of(new LayerStack.Lower(guarded(redis), threads, QUEUE_BYTES)),
        shared,
        coherence,
        Samples.EXPIRY,
        clock);
  }

  @Test
  void aPurgeWhileItIsPromotedIsSeen() throws Exception {
    store(entry("/a"), bytes("a"), FILE);
    written();
    find("/a", BOTH);
    await().until(() -> memory.stats().entries() == 1);

    purges.purge(new Scope.Everything(), Mode.HARD);

    assertThat(find("/a", BOTH)).isEmpty();
  }

  @Test
  void softPurgedAndSuspectAreSaid() throws IOException {
    store(entry("/a"), bytes("a"), BOTH);
    store(fenced("/b", new Fence(99, 0)), bytes("b"), BOTH);
    written();
    purges.purge(new Scope.Url(key("/a").url()), Mode.SOFT);

    assertThat(find("/a", BOTH).orElseThrow().judgement()).isEqualTo(Judgement.SOFT_PURGED);
    assertThat(find("/b", BOTH).orElseThrow().judgement()).isEqualTo(Judgement.SUSPECT);
  }

  @Test
  void aSuspectIsNotPromoted() throws IOException {
    store(fenced("/b", new Fence(99, 0)), bytes("b"), FILE);
    written();

    assertThat(find("/b", BOTH).orElseThrow().layer()).isEqualTo(LayerName.FILE);
    assertThat(memory.stats().entries()).isZero();
  }

  @Test
  void aRefreshReachesEveryLayer() throws IOException {
    store(entry("/a"), bytes("a"), BOTH);
    written();
    StoredResponse previous = find("/a", BOTH).orElseThrow().response();
    clock.advance(Duration.ofSeconds(100));
    Entry refreshed = entry("/a", VariantKey.NONE, clock.instant());

    StoredResponse result = stack.refresh(previous, refreshed, BOTH);
    written();

    assertThat(result.entry()).isEqualTo(refreshed);
    assertThat(body(result)).isEqualTo(bytes("a"));
    assertThat(find("/a", MEMORY).orElseThrow().response().entry().head())
        .isEqualTo(refreshed.head());
    assertThat(find("/a", FILE).orElseThrow().response().entry().head())
        .isEqualTo(refreshed.head());
  }

  @Test
  void aRefreshOfWhatMemoryHasLostStoresItThereAnew() throws IOException {
    store(entry("/a"), bytes("a"), MEMORY);
    StoredResponse previous = find("/a", MEMORY).orElseThrow().response();
    memory.clear();
    Entry refreshed = entry("/a", VariantKey.NONE, NOON.plusSeconds(1));

    stack.refresh(previous, refreshed, MEMORY);

    assertThat(body(find("/a", MEMORY).orElseThrow().response())).isEqualTo(bytes("a"));
  }

  @Test
  void aRefreshPutsBackWhatALayerBelowHasLost() throws IOException {
    store(entry("/a"), bytes("a"), BOTH);
    written();
    StoredResponse previous = find("/a", MEMORY).orElseThrow().response();
    disk.clear();

    stack.refresh(previous, entry("/a", VariantKey.NONE, NOON.plusSeconds(1)), BOTH);
    written();

    assertThat(body(find("/a", FILE).orElseThrow().response())).isEqualTo(bytes("a"));
  }

  @Test
  void aRefreshLeavesWhatAnotherInstancePutThere() throws IOException {
    store(entry("/a"), bytes("a"), BOTH);
    written();
    StoredResponse previous = find("/a", MEMORY).orElseThrow().response();
    Samples.store(disk, entry("/a", VariantKey.NONE, NOON.plusSeconds(1)), bytes("other"));

    stack.refresh(previous, entry("/a", VariantKey.NONE, NOON.plusSeconds(2)), BOTH);
    written();

    assertThat(body(find("/a", FILE).orElseThrow().response())).isEqualTo(bytes("other"));
  }

  @Test
  void aFailingLayerBelowCostsNeitherTheWriterNorTheReader() throws IOException {
    faulty.fault(new Fault.Failing());

    store(entry("/a"), bytes("a"), BOTH);
    written();

    assertThat(body(find("/a", BOTH).orElseThrow().response())).isEqualTo(bytes("a"));
    assertThat(find("/other", BOTH)).isEmpty();
    assertThat(report(LayerName.FILE).givenUp()).isEqualTo(1);
    assertThat(disk.stats().entries()).isZero();
  }

  @Test
  void aHangingLayerBelowHoldsNoWriterUpAndItsQueueIsBounded() throws Exception {
    Gate gate = new Gate();
    faulty.fault(new Fault.Hanging(gate));
    byte[] body = randomBytes(500_000, 1);

    for (int i = 0; i < 10; i++) {
      store(entry("/" + i), body, BOTH);
      assertThat(find("/" + i, BOTH)).isPresent();
      assertThat(stack.queuedBytes()).isLessThanOrEqualTo(QUEUE_BYTES);
    }
    gate.awaitSomeone();
    assertThat(report(LayerName.FILE).givenUp()).isGreaterThanOrEqualTo(8);

    faulty.fault(new Fault.None());
    gate.open();
    written();
    assertThat(disk.stats().entries()).isEqualTo(2);
    assertThat(body(find("/0", FILE).orElseThrow().response())).isEqualTo(body);
  }

  @Test
  void anAbandonedBodyIsStoredNowhere() throws IOException {
    EntryWriter writer = writing(stack.open(entry("/a"), 3, BOTH));
    writer.write(ByteBuffer.wrap(bytes("abc")));
    writer.abandon();
    written();

    assertThat(find("/a", BOTH)).isEmpty();
    assertThat(disk.stats().entries()).isZero();
    assertThat(memory.fillingBytes()).isZero();
    assertThat(disk.fillingBytes()).isZero();
  }

  @Test
  void whenNoLayerIsLeftTheWriterSaysWhy() {
    EntryWriter writer = writing(stack.open(entry("/a"), -1, MEMORY));

    assertThatThrownBy(() -> writer.write(ByteBuffer.allocate(2 << 20)))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(SkipReason.TOO_LARGE));
  }

  @Test
  void clearingALayerLeavesTheOthers() throws IOException {
    store(entry("/a"), bytes("a"), BOTH);
    written();

    stack.clear(MEMORY);

    assertThat(find("/a", MEMORY)).isEmpty();
    assertThat(find("/a", FILE)).isPresent();

    stack.clear(FILE);
    written();
    assertThat(find("/a", FILE)).isEmpty();
  }

  @Test
  void removingAndSweepingReachEveryLayer() throws IOException {
    store(entry("/a"), bytes("a"), BOTH);
    store(entry("/b"), bytes("b"), BOTH);
    written();

    stack.remove(key("/a"));
    written();
    assertThat(memory.stats().entries()).isEqualTo(1);
    assertThat(disk.stats().entries()).isEqualTo(1);

    clock.advance(Duration.ofDays(3));
    assertThat(stack.sweep(clock.instant())).isEqualTo(1);
    written();
    assertThat(disk.stats().entries()).isZero();
  }

  @Test
  void aLongBodyIsPromotedBehindTheClientsBack() throws IOException {
    byte[] long900k = randomBytes(900_000, 4);
    store(entry("/a", variant("de"), NOON), long900k, FILE);
    written();

    assertThat(body(find("/a", BOTH).orElseThrow().response())).isEqualTo(long900k);
    await().until(() -> memory.stats().entries() == 1);
    assertThat(body(find("/a", MEMORY).orElseThrow().response())).isEqualTo(long900k);
  }

  private void store(Entry entry, byte[] body, Set<LayerName> layers) throws IOException {
    EntryWriter writer = writing(stack.open(entry, body.length, layers));
    Samples.write(writer, body);
    writer.commit();
  }

  private static EntryWriter writing(Opening opening) {
    return switch (opening) {
      case Opening.Writing(EntryWriter writer) -> writer;
      case Opening.Declined declined -> throw new AssertionError(declined.toString());
    };
  }

  private Optional<Found> find(String path, Set<LayerName> layers) {
    return stack.find(key(path), LayerStackTest::any, layers);
  }

  private static boolean any(VariantKey variant) {
    return variant.names().size() < 2;
  }

  private void written() {
    await().until(() -> stack.queuedBytes() == 0);
  }

  private LayerReport report(LayerName name) {
    return stack.reports().stream()
        .filter(report -> report.name() == name)
        .findFirst()
        .orElseThrow();
  }

  private static Entry fenced(String path, Fence fence) {
    return entry(path, VariantKey.NONE, NOON, Duration.ofSeconds(60), fence, Set.of());
  }

  private GuardedLayer guarded(Layer layer) {
    return new GuardedLayer(
        layer,
        new GuardedLayer.Settings(
            Duration.ofSeconds(30), Duration.ofSeconds(30), Breaker.Settings.DEFAULT),
        threads,
        Observer.NONE,
        System::nanoTime);
  }

  private MemoryLayer memory(long bytes) {
    return new MemoryLayer(
        new MemoryLayer.Settings(1_000, bytes, Eviction.TINYLFU, 8), Samples.EXPIRY, clock);
  }
}
