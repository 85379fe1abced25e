package dev.terrace.layer;

import dev.terrace.observe.Event;
import dev.terrace.observe.Observer;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.SkipReason;
import dev.terrace.rules.VariantKey;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// A layer that may fail or hang, made harmless: a lookup runs on threads of the layer's own and is
/// waited for until its deadline; a failure or a late answer is a miss and an event. A [Breaker]
/// keeps a layer that fails repeatedly from being asked at all. Bodies are read in the same way.
///
/// Storing and removing run on the caller's thread, which therefore may hang with the layer: the
/// stack does both behind the client's back, on threads meant for it.
///
/// The threads are platform threads and few, since blocked file reads would hold the carriers of
/// virtual ones; the executor refuses what its bounded queue cannot take, and that is a miss, too.
/// Safe for use by any thread.
public final class GuardedLayer implements Layer {
  private static final long REPORT_INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

  /// @param lookupDeadline for one lookup
  /// @param readDeadline for one read of a body
  /// @param breaker when to stop asking
  public record Settings(
      Duration lookupDeadline, Duration readDeadline, Breaker.Settings breaker) {}

  private final Layer inner;
  private final Settings settings;
  private final Deadlines deadlines;
  private final Function<CacheKey, String> place;
  private final Map<String, Breaker> breakers = new ConcurrentHashMap<>();
  private final Observer observer;
  private final LongSupplier nanoTime;

  // Guarded by this.
  private long lastReportNanos;

  /// @param executor bounded threads and a bounded queue; whoever made it ends it
  /// @param nanoTime monotonic, in nanoseconds
  public GuardedLayer(
      Layer inner, Settings settings, Executor executor, Observer observer, LongSupplier nanoTime) {
    this(inner, _ -> "", settings, executor, observer, nanoTime);
  }

  /// @param place names the part of the layer that has a key: each fails by itself; there are few
  public GuardedLayer(
      Layer inner,
      Function<CacheKey, String> place,
      Settings settings,
      Executor executor,
      Observer observer,
      LongSupplier nanoTime) {
    this.inner = inner;
    this.place = place;
    this.settings = settings;
    this.deadlines = new Deadlines(executor);
    this.observer = observer;
    this.nanoTime = nanoTime;
    this.lastReportNanos = nanoTime.getAsLong() - REPORT_INTERVAL_NANOS;
  }

  @Override
  public LayerName name() {
    return inner.name();
  }

  /// The worst of all parts. One that nobody asks any more, a node that was replaced by another,
  /// does not count beside one that works.
  public Breaker.State breaker() {
    boolean isAnyClosed =
        breakers.values().stream().anyMatch(each -> each.state() == Breaker.State.CLOSED);
    return breakers.values().stream()
        .filter(each -> !isAnyClosed || !each.isForgotten())
        .map(Breaker::state)
        .max(Comparator.naturalOrder())
        .orElse(Breaker.State.CLOSED);
  }

  /// Whether the part that has this key is not asked.
  boolean isOff(CacheKey key) {
    return breaker(key).state() == Breaker.State.OPEN;
  }

  private Breaker breaker(CacheKey key) {
    return breakers.computeIfAbsent(
        place.apply(key), _ -> new Breaker(settings.breaker(), nanoTime));
  }

  /// A failure is a miss; nothing is thrown.
  @Override
  public Optional<StoredResponse> find(CacheKey key, Predicate<VariantKey> accepts) {
    Breaker breaker = breaker(key);
    if (breaker.pass() == Breaker.Pass.DENIED) {
      return Optional.empty();
    }
    long begun = nanoTime.getAsLong();
    try {
      Optional<StoredResponse> found =
          deadlines.within(settings.lookupDeadline(), () -> inner.find(key, accepts));
      breaker.succeeded();
      lookedUp(found.isPresent() ? Event.LookupResult.HIT : Event.LookupResult.MISS, begun);
      return found.map(this::guarded);
    } catch (IOException e) {
      breaker.failed();
      lookedUp(Event.LookupResult.ERROR, begun);
      report(e);
      return Optional.empty();
    }
  }

  /// Runs on the caller's thread, and only as long as nothing speaks against the layer.
  @Override
  public Optional<StoredResponse> findOpen(
      CacheKey key, Predicate<VariantKey> accepts, Instant now, long leastBytes) {
    if (breaker(key).state() != Breaker.State.CLOSED) {
      return Optional.empty();
    }
    long begun = nanoTime.getAsLong();
    Optional<StoredResponse> found = inner.findOpen(key, accepts, now, leastBytes);
    if (found.isPresent()) {
      lookedUp(Event.LookupResult.HIT, begun);
    }
    return found;
  }

  @Override
  public void countHit() {
    inner.countHit();
  }

  @Override
  public Opening open(Entry entry, long bodyBytes) throws IOException {
    if (isOff(entry.key())) {
      return new Opening.Declined(SkipReason.LAYER_OFF);
    }
    return inner.open(entry, bodyBytes);
  }

  @Override
  public boolean refresh(Entry previous, Entry refreshed) throws IOException {
    return inner.refresh(previous, refreshed);
  }

  @Override
  public void remove(CacheKey key) throws IOException {
    inner.remove(key);
  }

  @Override
  public long clear() throws IOException {
    return inner.clear();
  }

  @Override
  public long sweep(Instant now) throws IOException {
    return inner.sweep(now);
  }

  @Override
  public Stream<Entry> entries() throws IOException {
    return inner.entries();
  }

  /// A failure is nothing found; nothing is thrown, and a layer that is off is not asked.
  @Override
  public List<Entry> named(String digest) {
    if (breaker() == Breaker.State.OPEN) {
      return List.of();
    }
    try {
      return deadlines.within(settings.lookupDeadline(), () -> inner.named(digest));
    } catch (IOException e) {
      report(e);
      return List.of();
    }
  }

  @Override
  public Sample sample(int most) throws IOException {
    return inner.sample(most);
  }

  @Override
  public LayerStats stats() {
    return inner.stats();
  }

  @Override
  public void close() {
    inner.close();
  }

  /// Tells of a failure, at most once a second.
  void report(IOException failure) {
    synchronized (this) {
      long now = nanoTime.getAsLong();
      if (now - lastReportNanos < REPORT_INTERVAL_NANOS) {
        return;
      }
      lastReportNanos = now;
    }
    observer.on(new Event.LayerFailed(name(), String.valueOf(failure.getMessage())));
  }

  private void lookedUp(Event.LookupResult result, long begunNanos) {
    observer.on(new Event.LookedUp(name(), result, nanoTime.getAsLong() - begunNanos));
  }

  private StoredResponse guarded(StoredResponse found) {
    return found.body().inMemory().isPresent()
        ? found
        : new StoredResponse(
            found.entry(),
            new GuardedBody(found.body(), deadlines, settings.readDeadline(), this::report));
  }
}
