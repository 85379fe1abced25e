package dev.terrace.layer.file;

import dev.terrace.layer.Entry;
import dev.terrace.layer.EntryFormat;
import dev.terrace.layer.EntryWriter;
import dev.terrace.layer.Eviction;
import dev.terrace.layer.Layer;
import dev.terrace.layer.LayerStats;
import dev.terrace.layer.MalformedEntryException;
import dev.terrace.layer.Opening;
import dev.terrace.layer.StoredResponse;
import dev.terrace.purge.Fence;
import dev.terrace.purge.Fenced;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.Expiry;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.SkipReason;
import dev.terrace.rules.VariantKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The layer on the local disk: an entry a file, its directory this process's own. It survives
/// restarts; what it holds is judged by its fences like everything else.
///
/// Blocks on the disk, so it is asked on platform threads behind a guard. Nothing is read at the
/// start: a lookup lists the one short directory that the key's digest names, and what there is is
/// counted in the background. Whatever is corrupt, cut, foreign or of another version is a miss, is
/// set aside and counted. Files are not forced to the disk: what a crash leaves half of is found
/// out by its checksums. Safe for use by any thread.
public final class FileLayer implements Layer {
  /// One body takes up at most this part of the layer.
  private static final int BODY_FRACTION = 4;

  /// A use is noted at most this often.
  private static final Duration USE_INTERVAL = Duration.ofMinutes(1);

  /// One sweep looks at no more files than this; the next one goes on from there.
  private static final int SWEEP_FILES = 20_000;

  /// Of files that belong to another journal: of no lineage.
  private static final Fence FOREIGN = new Fence(0, Long.MAX_VALUE);

  /// @param directory of this process alone, made if need be
  /// @param maxBytes of all files
  /// @param eviction which make room; tinylfu means lru
  /// @param variants of one key
  public record Settings(Path directory, long maxBytes, Eviction eviction, int variants) {}

  private final Settings settings;
  private final Store store;
  private final Expiry expiry;
  private final InstantSource clock;
  private final Disk disk;
  private final Folders folders;
  private final Usage usage = new Usage();
  private final Room room;
  private final Outage outage;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder setAside = new LongAdder();
  private volatile boolean closed;
  private int nextToSweep;

  private FileLayer(
      Settings settings,
      Store store,
      Expiry expiry,
      InstantSource clock,
      Disk disk,
      Folders folders) {
    this.settings = settings;
    this.store = store;
    this.expiry = expiry;
    this.clock = clock;
    this.disk = disk;
    this.folders = folders;
    this.room = new Room(folders, usage, disk, settings.maxBytes());
    this.outage = new Outage(clock);
  }

  /// @param background where what is there is counted
  /// @throws IOException if another process has the directory, or it is not this user's own: run
  ///   without this layer then
  public static FileLayer open(
      Settings settings, Store store, Expiry expiry, InstantSource clock, Executor background)
      throws IOException {
    return open(settings, store, expiry, clock, background, new LocalDisk());
  }

  static FileLayer open(
      Settings settings,
      Store store,
      Expiry expiry,
      InstantSource clock,
      Executor background,
      Disk disk)
      throws IOException {
    FileLayer layer =
        new FileLayer(settings, store, expiry, clock, disk, Folders.open(settings.directory()));
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
    Optional<StoredResponse> found = newest(key, accepts);
    (found.isPresent() ? hits : misses).increment();
    return found;
  }

  private Optional<StoredResponse> newest(CacheKey key, Predicate<VariantKey> accepts)
      throws IOException {
    Instant now = clock.instant();
    EntryFile newest = null;
    try {
      for (Path path : folders.files(key)) {
        EntryFile file = sound(path).orElse(null);
        if (file == null) {
          continue;
        }
        if (answers(file, key, accepts, now)
            && (newest == null || receivedAt(file).isAfter(receivedAt(newest)))) {
          close(newest);
          newest = file;
        } else {
          close(file);
        }
      }
      return newest == null ? Optional.empty() : response(newest, now);
    } finally {
      close(newest);
    }
  }

  @Override
  public Opening open(Entry entry, long bodyBytes) throws IOException {
    long limit = settings.maxBytes() / BODY_FRACTION;
    if (bodyBytes > limit) {
      return new Opening.Declined(SkipReason.TOO_LARGE);
    }
    if (closed || !outage.admits()) {
      return new Opening.Declined(SkipReason.LAYER_OFF);
    }
    if (hasTooManyVariants(entry)) {
      return new Opening.Declined(SkipReason.TOO_MANY_VARIANTS);
    }
    store.secure(entry.fenced().fence());
    return new Opening.Writing(writer(entry, bodyBytes, limit));
  }

  private EntryWriter writer(Entry entry, long bodyBytes, long limit) throws IOException {
    ByteBuffer owner = FileFormat.owner(store.id(), store.boot());
    ByteBuffer encoded = EntryFormat.encode(entry);
    ByteBuffer head =
        ByteBuffer.allocate(owner.remaining() + encoded.remaining()).put(owner).put(encoded).flip();
    return new FileWriter(
        disk,
        folders.nextTemp(),
        head,
        bodyBytes,
        limit,
        outage,
        (temp, fileBytes) -> commit(entry, temp, fileBytes));
  }

  private void commit(Entry entry, Path temp, long fileBytes) throws IOException {
    int top = Folders.top(entry.key());
    Path target = folders.file(entry);
    folders.makeParents(target);
    synchronized (usage.lock(top)) {
      if (holdsLater(target, entry)) {
        disk.delete(temp);
        return;
      }
      long replaced = fileBytes(target);
      Files.setLastModifiedTime(temp, FileTime.from(clock.instant()));
      disk.rename(temp, target);
      if (replaced >= 0) {
        usage.dropped(top, replaced);
      }
      usage.added(top, fileBytes);
    }
    try {
      room.make();
    } catch (IOException e) {
      // The entry is stored nevertheless; the next one makes room.
      outage.failed(e);
    }
  }

  @Override
  public boolean refresh(Entry previous, Entry refreshed) throws IOException {
    Path path = folders.file(previous);
    Optional<EntryFile> stored = sound(path);
    if (stored.isEmpty()) {
      return false;
    }
    try (EntryFile file = stored.get()) {
      if (!file.entry().key().equals(previous.key())
          || !file.entry().head().equals(previous.head())) {
        return false;
      }
      store.secure(refreshed.fenced().fence());
      EntryWriter writer = writer(refreshed, file.bodyBytes(), file.bodyBytes());
      try {
        for (int block = 0; block < Blocks.count(file.bodyBytes()); block++) {
          writer.write(file.block(block));
        }
        writer.commit();
      } finally {
        writer.abandon();
      }
    } catch (MalformedEntryException e) {
      setAside(path, e);
      return false;
    }
    if (!folders.file(refreshed).equals(path)) {
      delete(path);
    }
    return true;
  }

  @Override
  public void remove(CacheKey key) throws IOException {
    for (Path file : folders.files(key)) {
      delete(file);
    }
  }

  @Override
  public void clear() throws IOException {
    for (int top = 0; top < Folders.TOPS; top++) {
      for (Path file : folders.below(top)) {
        delete(file);
      }
    }
  }

  /// Looks at a bounded number of files; the next sweep goes on from there.
  @Override
  public synchronized long sweep(Instant now) throws IOException {
    long swept = 0;
    int looked = 0;
    for (int i = 0; i < Folders.TOPS && looked < SWEEP_FILES; i++) {
      for (Path path : folders.below(nextToSweep)) {
        looked++;
        if (isExpired(path, now)) {
          delete(path);
          swept++;
        }
      }
      nextToSweep = (nextToSweep + 1) % Folders.TOPS;
    }
    return swept;
  }

  @Override
  public Stream<Entry> entries() {
    return IntStream.range(0, Folders.TOPS).boxed().flatMap(this::entriesBelow);
  }

  private Stream<Entry> entriesBelow(int top) {
    try {
      List<Entry> entries = new ArrayList<>();
      for (Path path : folders.below(top)) {
        Optional<EntryFile> stored = sound(path);
        if (stored.isPresent()) {
          try (EntryFile file = stored.get()) {
            entries.add(file.entry());
          }
        }
      }
      return entries.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public LayerStats stats() {
    return new LayerStats(
        usage.entries(),
        usage.bytes(),
        settings.maxBytes(),
        hits.sum(),
        misses.sum(),
        room.evictions(),
        setAside());
  }

  /// How many files were found corrupt, cut, foreign or of another version.
  public long setAside() {
    return setAside.sum();
  }

  /// Whether nothing is stored because the disk failed.
  public boolean isOff() {
    return outage.isOff();
  }

  /// Whether what was there at the start has been counted.
  public boolean isCounted() {
    return usage.isCounted();
  }

  @Override
  public void close() {
    closed = true;
    folders.close();
  }

  private void count() {
    for (int top = 0; top < Folders.TOPS && !closed; top++) {
      try {
        synchronized (usage.lock(top)) {
          usage.count(top, folders.below(top));
        }
      } catch (IOException e) {
        outage.failed(e);
        return;
      }
    }
  }

  private boolean answers(
      EntryFile file, CacheKey key, Predicate<VariantKey> accepts, Instant now) {
    Entry entry = file.entry();
    return entry.key().equals(key)
        && now.isBefore(expiry.of(entry.head()))
        && accepts.test(entry.variant());
  }

  private Optional<StoredResponse> response(EntryFile file, Instant now) throws IOException {
    try {
      StoredResponse response = new StoredResponse(owned(file), file.body(this::setAside));
      noteUse(file.path(), now);
      return Optional.of(response);
    } catch (MalformedEntryException e) {
      setAside(file.path(), e);
      return Optional.empty();
    }
  }

  /// What belongs to another journal shows a fence that no table knows.
  private Entry owned(EntryFile file) {
    Entry entry = file.entry();
    if (file.owner().id().equals(store.id()) && file.owner().boot() <= store.boot()) {
      return entry;
    }
    return new Entry(
        entry.key(),
        entry.variant(),
        entry.head(),
        new Fenced(FOREIGN, entry.fenced().url(), entry.fenced().tags()),
        entry.gateDigest());
  }

  /// The file, open, if it is one of the layer and lies under its own name.
  private Optional<EntryFile> sound(Path path) throws IOException {
    try {
      EntryFile file = EntryFile.open(path);
      if (path.equals(folders.file(file.entry()))) {
        return Optional.of(file);
      }
      file.close();
      throw new MalformedEntryException("it lies under the name of another entry");
    } catch (MalformedEntryException e) {
      setAside(path, e);
      return Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private boolean hasTooManyVariants(Entry entry) throws IOException {
    Path own = folders.file(entry);
    List<Path> others = new ArrayList<>(folders.files(entry.key()));
    others.remove(own);
    if (others.size() < settings.variants()) {
      return false;
    }
    int alive = 0;
    for (Path path : others) {
      alive += isExpired(path, clock.instant()) ? 0 : 1;
    }
    return alive >= settings.variants();
  }

  private boolean isExpired(Path path, Instant now) throws IOException {
    Optional<EntryFile> stored = sound(path);
    if (stored.isEmpty()) {
      return false;
    }
    try (EntryFile file = stored.get()) {
      return !now.isBefore(expiry.of(file.entry().head()));
    }
  }

  /// As in memory: what was received later stays, unless it seems to come from the future.
  private boolean holdsLater(Path path, Entry entry) throws IOException {
    Optional<EntryFile> stored = sound(path);
    if (stored.isEmpty()) {
      return false;
    }
    try (EntryFile file = stored.get()) {
      return isLater(file.entry(), entry) && !receivedAt(file).isAfter(clock.instant());
    }
  }

  /// Of two that came at the same instant the one under the later fence counts: the other may be
  /// purged.
  private static boolean isLater(Entry stored, Entry added) {
    int order = stored.head().receivedAt().compareTo(added.head().receivedAt());
    Fence storedFence = stored.fenced().fence();
    Fence addedFence = added.fenced().fence();
    return order > 0
        || (order == 0
            && storedFence.lineage() == addedFence.lineage()
            && storedFence.stamp() > addedFence.stamp());
  }

  private void noteUse(Path path, Instant now) {
    if (settings.eviction() == Eviction.FIFO) {
      return;
    }
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.lastModifiedTime().toInstant().plus(USE_INTERVAL).isBefore(now)) {
        Files.setLastModifiedTime(path, FileTime.from(now));
      }
    } catch (IOException e) {
      // On a disk that cannot be written to nothing makes room either.
    }
  }

  private void setAside(Path path, MalformedEntryException why) {
    int top = Folders.top(path);
    try {
      synchronized (usage.lock(top)) {
        long fileBytes = fileBytes(path);
        // Not there any more: another reader found it out first.
        if (fileBytes >= 0) {
          setAside.increment();
          folders.setAside(path);
          usage.dropped(top, fileBytes);
        }
      }
    } catch (IOException e) {
      outage.failed(e);
    }
  }

  private void delete(Path path) throws IOException {
    int top = Folders.top(path);
    synchronized (usage.lock(top)) {
      long fileBytes = fileBytes(path);
      if (fileBytes >= 0) {
        disk.delete(path);
        usage.dropped(top, fileBytes);
      }
    }
  }

  /// -1 if it is not there.
  private static long fileBytes(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .size();
    } catch (NoSuchFileException e) {
      return -1;
    }
  }

  private static Instant receivedAt(EntryFile file) {
    return file.entry().head().receivedAt();
  }

  private static void close(@Nullable EntryFile file) {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      // It was only read from: nothing is lost.
    }
  }
}
