package dev.terrace.layer.memory;

import dev.terrace.layer.Entry;
import dev.terrace.layer.Eviction;
import dev.terrace.layer.HeapBody;
import dev.terrace.layer.LayerStats;
import dev.terrace.layer.Opening;
import dev.terrace.layer.PromptLayer;
import dev.terrace.layer.StoredResponse;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.Expiry;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.SkipReason;
import dev.terrace.rules.VariantKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The layer in this process: whole responses on the heap, found without waiting and, with
/// [Eviction#TINYLFU], without a lock; a lookup that finds allocates nothing. Safe for use by any
/// thread.
///
/// A key keeps at most `variants` variants that are not expired, further ones are declined: a
/// target that varies without end would else have the few that are asked for again displaced by the
/// many that are not, and no one told. Together they may take up a quarter of the layer; past that
/// the ones received first make room.
public final class MemoryLayer implements PromptLayer {
  /// One body takes up at most this part of the layer.
  private static final int BODY_FRACTION = 16;

  /// All variants of one key take up at most this part of the layer.
  private static final int KEY_FRACTION = 4;

  /// Bodies under way take up at most this much beside what is stored, as a part of it. A quarter
  /// lets four bodies of the largest kind be filled at once, and keeps the whole within 1.25 times
  /// `maxBytes`.
  private static final int FILL_FRACTION = 4;

  private static final int ARRAY_LIMIT = Integer.MAX_VALUE - 8;

  /// @param maxEntries variants, of all keys together
  /// @param maxBytes that the stored responses take up on the heap, heads included
  /// @param eviction which make room
  /// @param variants of one key
  public record Settings(long maxEntries, long maxBytes, Eviction eviction, int variants) {
    public Settings {
      if (maxEntries < 1 || maxBytes < 1 || variants < 1) {
        throw new IllegalArgumentException(
            "limits below 1: " + maxEntries + ", " + maxBytes + ", " + variants);
      }
    }
  }

  private final Settings settings;
  private final Expiry expiry;
  private final InstantSource clock;
  private final Slots slots;
  private final FillBudget budget;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  public MemoryLayer(Settings settings, Expiry expiry, InstantSource clock) {
    this.settings = settings;
    this.expiry = expiry;
    this.clock = clock;
    budget = new FillBudget(Math.ceilDiv(settings.maxBytes(), FILL_FRACTION));
    slots =
        switch (settings.eviction()) {
          case TINYLFU -> new TinyLfuSlots(settings.maxEntries(), settings.maxBytes());
          case LRU ->
              new OrderedSlots(settings.maxEntries(), settings.maxBytes(), OrderedSlots.Order.USE);
          case FIFO ->
              new OrderedSlots(
                  settings.maxEntries(), settings.maxBytes(), OrderedSlots.Order.STORING);
        };
  }

  @Override
  public LayerName name() {
    return LayerName.MEMORY;
  }

  @Override
  public Optional<StoredResponse> find(CacheKey key, Predicate<VariantKey> accepts) {
    Optional<StoredResponse> found = peek(key, accepts, clock.instant());
    (found.isPresent() ? hits : misses).increment();
    return found;
  }

  @Override
  public Optional<StoredResponse> peek(CacheKey key, Predicate<VariantKey> accepts, Instant now) {
    return slots.get(key).find(accepts, now.toEpochMilli());
  }

  @Override
  public void countHit() {
    hits.increment();
  }

  @Override
  public Opening open(Entry entry, long bodyBytes) {
    if (bodyBytes > maxBodyBytes()) {
      return new Opening.Declined(SkipReason.TOO_LARGE);
    }
    if (slots.get(entry.key()).others(entry.variant(), clock.millis()) >= settings.variants()) {
      return new Opening.Declined(SkipReason.TOO_MANY_VARIANTS);
    }
    if (bodyBytes < 0) {
      return new Opening.Writing(
          new GrowingWriter(budget, maxBodyBytes(), body -> commit(entry, body)));
    }
    return switch (budget.reserve(bodyBytes)) {
      case GRANTED ->
          new Opening.Writing(
              new SizedWriter(budget, (int) bodyBytes, body -> commit(entry, body)));
      case USED_UP -> new Opening.Declined(SkipReason.NO_ROOM);
    };
  }

  @Override
  public boolean refresh(Entry previous, Entry refreshed) {
    Refreshing refreshing = new Refreshing(previous, refreshed);
    slots.update(previous.key(), refreshing::apply);
    return refreshing.done;
  }

  @Override
  public void remove(CacheKey key) {
    slots.update(key, variants -> Variants.NONE);
  }

  @Override
  public long clear() {
    long dropped = stats().entries();
    slots.clear();
    return dropped;
  }

  @Override
  public long sweep(Instant now) {
    long nowMillis = now.toEpochMilli();
    return slots.drop(variant -> nowMillis >= variant.expiresAtMillis());
  }

  @Override
  public Stream<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    slots.drop(
        variant -> {
          entries.add(variant.response().entry());
          return false;
        });
    return entries.stream();
  }

  @Override
  public LayerStats stats() {
    return new LayerStats(
        slots.entries(),
        slots.heapBytes(),
        settings.maxBytes(),
        hits.sum(),
        misses.sum(),
        slots.evictions(),
        0);
  }

  @Override
  public List<CacheKey> hottest(int limit) {
    return slots.hottest(limit);
  }

  @Override
  public long maxBodyBytes() {
    return Math.min(ARRAY_LIMIT, settings.maxBytes() / BODY_FRACTION);
  }

  /// What bodies under way take up now.
  public long fillingBytes() {
    return budget.usedBytes();
  }

  @Override
  public void close() {
    slots.clear();
  }

  private void commit(Entry entry, byte[] body) {
    Variant added = variant(new StoredResponse(entry, new HeapBody(body)));
    slots.update(
        entry.key(),
        variants -> variants.with(added, settings.maxBytes() / KEY_FRACTION, clock.instant()));
  }

  private Variant variant(StoredResponse response) {
    return new Variant(response, expiry.of(response.entry().head()).toEpochMilli());
  }

  /// One refresh; the change may be tried more than once, so the last try counts.
  private final class Refreshing {
    private final Entry previous;
    private final Entry refreshed;
    private boolean done;

    private Refreshing(Entry previous, Entry refreshed) {
      this.previous = previous;
      this.refreshed = refreshed;
    }

    private Variants apply(Variants variants) {
      @Nullable Variant stored = variants.holding(previous).orElse(null);
      done = stored != null;
      if (stored == null) {
        return variants;
      }
      return variants
          .without(variant -> variant.holds(previous))
          .with(
              variant(new StoredResponse(refreshed, stored.response().body())),
              settings.maxBytes() / KEY_FRACTION,
              clock.instant());
    }
  }
}
