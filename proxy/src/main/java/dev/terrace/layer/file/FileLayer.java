package dev.terrace.layer.file;

import dev.terrace.layer.Entry;
import dev.terrace.layer.Eviction;
import dev.terrace.layer.Layer;
import dev.terrace.layer.LayerStats;
import dev.terrace.layer.Opening;
import dev.terrace.layer.StoredResponse;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.Expiry;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.SkipReason;
import dev.terrace.rules.VariantKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The layer on the local disk: an entry a file, its directory this process's own. It survives
/// restarts; what it holds is judged by its fences like everything else.
///
/// Blocks on the disk, so it is asked on platform threads behind a guard. Nothing is read at the
/// start: a lookup lists the one short directory that the key's digest names, and what there is is
/// counted in the background. Whatever is corrupt, cut, foreign or of another version is a miss, is
/// set aside and counted. Files are not forced to the disk: what a crash leaves half of is found
/// out by its checksums. A few files stay open for event loops, which read what lies in memory.
/// Safe for use by any thread.
///
/// What it does stands in the rooms it hands everything on to; it is as long as the contract.
public final class FileLayer implements Layer {
  /// @param directory of this process alone, made if need be
  /// @param maxBytes of all files
  /// @param eviction which make room; tinylfu means lru
  /// @param variants of one key
  public record Settings(Path directory, long maxBytes, Eviction eviction, int variants) {}

  private final Settings settings;
  private final InstantSource clock;
  private final Shelf shelf;
  private final Lookups lookups;
  private final Storing storing;
  private final Sweep sweep;
  private final Heads heads;
  private final Room room;
  private final Outage outage;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private volatile boolean closed;

  private FileLayer(
      Settings settings,
      Store store,
      Expiry expiry,
      InstantSource clock,
      Disk disk,
      Executor background,
      Pace pace,
      Folders folders)
      throws IOException {
    this.settings = settings;
    this.clock = clock;
    outage = new Outage(clock);
    shelf =
        new Shelf(
            folders, disk, outage, corrupt -> new OpenFiles(expiry, pace, background, corrupt));
    room = new Room(shelf, settings.maxBytes());
    lookups = new Lookups(shelf, store, expiry, settings.eviction());
    storing = new Storing(settings, shelf, store, expiry, clock, disk, room, outage);
    sweep = new Sweep(shelf, expiry);
    heads = new Heads(shelf);
    if (!folders.isLocal()) {
      shelf.open().close();
    }
  }

  /// @param background where what is there is counted, and files are closed: two threads, so that
  ///   the one does not wait for the other
  /// @param nanoTime monotonic, in nanoseconds
  /// @throws IOException if another process has the directory, or it is not this user's own: run
  ///   without this layer then
  public static FileLayer open(
      Settings settings,
      Store store,
      Expiry expiry,
      InstantSource clock,
      Executor background,
      LongSupplier nanoTime)
      throws IOException {
    return open(settings, store, expiry, clock, background, nanoTime, new LocalDisk());
  }

  static FileLayer open(
      Settings settings,
      Store store,
      Expiry expiry,
      InstantSource clock,
      Executor background,
      LongSupplier nanoTime,
      Disk disk)
      throws IOException {
    FileLayer layer =
        new FileLayer(
            settings,
            store,
            expiry,
            clock,
            disk,
            background,
            new Pace(nanoTime),
            Folders.open(settings.directory()));
    background.execute(layer::count);
    return layer;
  }

  @Override
  public LayerName name() {
    return LayerName.FILE;
  }

  @Override
  public Optional<StoredResponse> find(CacheKey key, Predicate<VariantKey> accepts)
      throws IOException {
    Optional<StoredResponse> found = lookups.newest(key, accepts, clock.instant());
    (found.isPresent() ? hits : misses).increment();
    return found;
  }

  @Override
  public Optional<StoredResponse> findOpen(
      CacheKey key, Predicate<VariantKey> accepts, Instant now, long leastBytes) {
    return leastBytes > Blocks.BLOCK_BYTES
        ? Optional.empty()
        : shelf.open().find(key, accepts, now).filter(found -> found.body().bytes() >= leastBytes);
  }

  @Override
  public void countHit() {
    hits.increment();
  }

  @Override
  public Opening open(Entry entry, long bodyBytes) throws IOException {
    return closed ? new Opening.Declined(SkipReason.LAYER_OFF) : storing.open(entry, bodyBytes);
  }

  @Override
  public boolean refresh(Entry previous, Entry refreshed) throws IOException {
    return storing.refresh(previous, refreshed);
  }

  @Override
  public void remove(CacheKey key) throws IOException {
    for (Path file : shelf.folders().files(key)) {
      shelf.delete(file);
    }
  }

  @Override
  public long clear() throws IOException {
    long dropped = 0;
    for (int top = 0; top < Folders.TOPS; top++) {
      for (Path file : shelf.folders().below(top)) {
        shelf.delete(file);
        dropped++;
      }
    }
    return dropped;
  }

  /// Looks at a bounded number of files; the next sweep goes on from there.
  @Override
  public long sweep(Instant now) throws IOException {
    return sweep.pass(now);
  }

  @Override
  public Stream<Entry> entries() {
    return heads.all();
  }

  @Override
  public Sample sample(int most) throws IOException {
    return heads.sample(most);
  }

  @Override
  public List<Entry> named(String digest) throws IOException {
    return heads.of(digest);
  }

  @Override
  public LayerStats stats() {
    return new LayerStats(
        shelf.usage().entries(),
        shelf.usage().bytes(),
        settings.maxBytes(),
        hits.sum(),
        misses.sum(),
        room.evictions(),
        shelf.setAside());
  }

  /// How many files were found corrupt, cut, foreign or of another version.
  public long setAside() {
    return shelf.setAside();
  }

  /// How many files are open for event loops.
  public long openFiles() {
    return shelf.open().size();
  }

  /// Whether nothing is stored because the disk failed.
  public boolean isOff() {
    return outage.isOff();
  }

  /// Whether what was there at the start has been counted.
  public boolean isCounted() {
    return shelf.usage().isCounted();
  }

  @Override
  public void close() {
    closed = true;
    shelf.open().close();
    shelf.folders().close();
  }

  private void count() {
    for (int top = 0; top < Folders.TOPS && !closed; top++) {
      try {
        shelf.count(top);
      } catch (IOException e) {
        outage.failed(e);
        return;
      }
    }
  }
}
