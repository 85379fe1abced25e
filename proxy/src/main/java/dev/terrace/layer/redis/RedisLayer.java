package dev.terrace.layer.redis;

import dev.terrace.layer.Entry;
import dev.terrace.layer.EntryWriter;
import dev.terrace.layer.HeapBody;
import dev.terrace.layer.Layer;
import dev.terrace.layer.LayerStats;
import dev.terrace.layer.MalformedEntryException;
import dev.terrace.layer.Opening;
import dev.terrace.layer.RefusedException;
import dev.terrace.layer.StoredBody;
import dev.terrace.layer.StoredResponse;
import dev.terrace.redis.Redis;
import dev.terrace.redis.Usage;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.Expiry;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.SkipReason;
import dev.terrace.rules.VariantKey;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// The layer in Redis, shared by every instance with the same prefix, database and, where there is
/// one, entry key ([EntryHash] has the layout). A hit takes one round trip; a hit of an entry with
/// variants takes one, too, when the same variant was found the last time.
///
/// What comes from Redis is not trusted: it is parsed within limits, verified, and compared with
/// the key that it was asked for, so that neither a damaged nor a forged value, nor the answer to
/// another question, is taken for an entry. Redis expires what is of no more use; nothing is swept.
///
/// Every call blocks until its deadline. Safe for use by any thread.
public final class RedisLayer implements Layer {
  /// @param prefix of every key
  /// @param lookupDeadline for one round trip of a lookup
  /// @param chunkDeadline for a chunk of a body, and for a change
  /// @param maxBodyBytes longer bodies are not stored
  /// @param maxVariants of one key
  /// @param entryKey with which entries are signed
  /// @param compression of large texts
  public record Settings(
      String prefix,
      Duration lookupDeadline,
      Duration chunkDeadline,
      long maxBodyBytes,
      int maxVariants,
      Optional<byte[]> entryKey,
      Compressing compression) {}

  /// Whether large texts are compressed.
  public enum Compressing {
    OFF,
    ZSTD
  }

  private final Settings settings;
  private final LastUsage lastUsage;
  private final EntryStore store;
  private final Keyspace keyspace;
  private final Expiry expiry;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Seal seal;
  private final Guesses guesses = new Guesses();

  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder corrupt = new LongAdder();

  /// @param redis stays the caller's
  /// @param random names bodies
  public RedisLayer(
      Redis redis, Settings settings, Expiry expiry, InstantSource clock, RandomGenerator random) {
    this.settings = settings;
    this.lastUsage = new LastUsage(redis, System::nanoTime);
    this.keyspace = new Keyspace(redis, settings.prefix(), settings.chunkDeadline());
    this.store =
        new EntryStore(
            redis,
            new EntryHash(settings.prefix()),
            settings.lookupDeadline(),
            settings.chunkDeadline());
    this.expiry = expiry;
    this.clock = clock;
    this.random = random;
    this.seal = settings.entryKey().<Seal>map(Seal.Signature::new).orElseGet(Seal.Checksum::new);
  }

  @Override
  public LayerName name() {
    return LayerName.REDIS;
  }

  /// The node that has this key, by name; it fails by itself.
  public String node(CacheKey key) {
    return store.node(key);
  }

  @Override
  public Optional<StoredResponse> find(CacheKey key, Predicate<VariantKey> accepts)
      throws IOException {
    Optional<StoredResponse> found = Optional.empty();
    try {
      found = look(key, accepts);
    } catch (MalformedEntryException e) {
      corrupt.increment();
    }
    (found.isPresent() ? hits : misses).increment();
    return found;
  }

  private Optional<StoredResponse> look(CacheKey key, Predicate<VariantKey> accepts)
      throws IOException {
    byte[] guess = guesses.of(key);
    EntryStore.Fields fields = store.read(key, guess);
    if (fields.index().isEmpty()) {
      return Optional.empty();
    }
    Optional<VariantRecord> chosen = choose(VariantRecord.read(fields.index().get()), accepts);
    if (chosen.isEmpty()) {
      return Optional.empty();
    }
    byte[] id = chosen.get().id();
    if (!Arrays.equals(id, guess)) {
      guesses.remember(key, chosen.get());
      fields = store.read(key, id);
    }
    return fields.head().isEmpty() ? Optional.empty() : response(key, accepts, fields);
  }

  private Optional<VariantRecord> choose(
      List<VariantRecord> records, Predicate<VariantKey> accepts) {
    long now = VariantRecord.micros(clock.instant());
    VariantRecord chosen = null;
    for (VariantRecord each : records) {
      if (each.expires() > now
          && accepts.test(each.variant())
          && (chosen == null || each.received() > chosen.received())) {
        chosen = each;
      }
    }
    return Optional.ofNullable(chosen);
  }

  private Optional<StoredResponse> response(
      CacheKey key, Predicate<VariantKey> accepts, EntryStore.Fields fields) throws IOException {
    byte[] name = store.key(key);
    HeadFormat head = HeadFormat.read(name, fields.head().orElseThrow(), seal);
    Entry entry = head.entry();
    if (!entry.key().equals(key)) {
      store.distrust(key);
      throw new MalformedEntryException("the entry of another key");
    }
    if (!accepts.test(entry.variant()) || !clock.instant().isBefore(expiry.of(entry.head()))) {
      return Optional.empty();
    }
    return body(name, head.manifest(), fields).map(body -> new StoredResponse(entry, body));
  }

  private Optional<StoredBody> body(byte[] name, Manifest manifest, EntryStore.Fields fields)
      throws IOException {
    if (manifest.chunks().isEmpty()) {
      return Optional.of(new HeapBody(new byte[0]));
    }
    if (manifest.separateChunks() == 0) {
      byte[] inline = fields.body().orElse(null);
      return Optional.of(new HeapBody(Chunks.decode(manifest, 0, inline, seal)));
    }
    if (!store.hasChunks(name, manifest)) {
      return Optional.empty();
    }
    return Optional.of(new RedisBody(manifest, number -> chunk(name, manifest, number)));
  }

  private byte[] chunk(byte[] name, Manifest manifest, int number) throws IOException {
    try {
      return Chunks.decode(
          manifest, number, store.chunk(name, manifest.body(), number).orElse(null), seal);
    } catch (MalformedEntryException e) {
      corrupt.increment();
      throw e;
    }
  }

  @Override
  public Opening open(Entry entry, long bodyBytes) throws IOException {
    if (bodyBytes > settings.maxBodyBytes()) {
      return new Opening.Declined(SkipReason.TOO_LARGE);
    }
    if (hasTooManyVariants(entry)) {
      return new Opening.Declined(SkipReason.TOO_MANY_VARIANTS);
    }
    Manifest.Encoding encoding =
        settings.compression() == Compressing.ZSTD && Compression.helps(entry.head().response())
            ? Manifest.Encoding.ZSTD
            : Manifest.Encoding.IDENTITY;
    EntryWriter writer =
        new RedisWriter(
            new Writing(entry),
            Manifest.newBody(random),
            bodyBytes,
            settings.maxBodyBytes(),
            encoding,
            seal);
    return new Opening.Writing(writer);
  }

  /// Asked only where there are variants; a response without Vary is refused at its commit.
  private boolean hasTooManyVariants(Entry entry) throws IOException {
    if (entry.variant().names().isEmpty()) {
      return false;
    }
    try {
      Optional<byte[]> index = store.read(entry.key(), guesses.of(entry.key())).index();
      long now = VariantRecord.micros(clock.instant());
      return index.isPresent()
          && VariantRecord.read(index.get()).stream()
                  .filter(each -> each.expires() > now && !each.variant().equals(entry.variant()))
                  .count()
              >= settings.maxVariants();
    } catch (MalformedEntryException e) {
      // The commit begins a new index.
      return false;
    }
  }

  private final class Writing implements RedisWriter.Destination {
    private final Entry entry;
    private final byte[] name;

    Writing(Entry entry) {
      this.entry = entry;
      this.name = store.key(entry.key());
    }

    private Duration life() {
      return Duration.between(clock.instant(), expiry.of(entry.head()));
    }

    @Override
    public void putChunk(String body, int number, byte[] bytes) throws IOException {
      store.putChunk(name, body, number, bytes, life());
    }

    @Override
    public void publish(Manifest manifest, byte[] inline) throws IOException {
      Instant now = clock.instant();
      Instant expires = expiry.of(entry.head());
      if (!now.isBefore(expires)) {
        dropChunks(manifest.body(), manifest.separateChunks());
        return;
      }
      VariantRecord record = VariantRecord.of(entry, expires, manifest);
      byte[] head = new HeadFormat(entry, manifest).bytes(name, seal);
      switch (store.publish(name, now, settings.maxVariants(), record, head, inline)) {
        case STORED -> {}
        case KEPT_LATER -> dropChunks(manifest.body(), manifest.separateChunks());
        case TOO_MANY_VARIANTS -> throw new RefusedException(SkipReason.TOO_MANY_VARIANTS);
      }
    }

    @Override
    public void dropChunks(String body, int chunks) {
      store.dropChunks(name, body, chunks);
    }
  }

  @Override
  public boolean refresh(Entry previous, Entry refreshed) throws IOException {
    byte[] name = store.key(previous.key());
    byte[] id = EntryHash.id(previous.variant());
    Optional<byte[]> head = store.read(previous.key(), id).head();
    if (head.isEmpty() || !previous.variant().equals(refreshed.variant())) {
      return false;
    }
    Instant now = clock.instant();
    Instant expires = expiry.of(refreshed.head());
    try {
      HeadFormat held = HeadFormat.read(name, head.get(), seal);
      if (!held.entry().head().equals(previous.head()) || !now.isBefore(expires)) {
        return false;
      }
      VariantRecord before = VariantRecord.of(held.entry(), expires, held.manifest());
      VariantRecord after = VariantRecord.of(refreshed, expires, held.manifest());
      byte[] newHead = new HeadFormat(refreshed, held.manifest()).bytes(name, seal);
      return store.refresh(name, now, before, after, newHead);
    } catch (MalformedEntryException e) {
      corrupt.increment();
      return false;
    }
  }

  @Override
  public void remove(CacheKey key) throws IOException {
    store.remove(key);
  }

  /// Unlinks every key of the prefix, a batch at a time, and may take long.
  @Override
  public long clear() throws IOException {
    return keyspace.clear();
  }

  /// Redis itself drops what is expired.
  ///
  /// @return 0
  @Override
  public long sweep(Instant now) {
    return 0;
  }

  @Override
  public Stream<Entry> entries() throws IOException {
    return keyspace.heads(seal);
  }

  @Override
  public List<Entry> named(String digest) throws IOException {
    byte[] name = store.key(digest);
    List<Entry> entries = new ArrayList<>();
    try {
      Optional<byte[]> index = store.index(name);
      if (index.isEmpty()) {
        return entries;
      }
      List<byte[]> ids = VariantRecord.read(index.get()).stream().map(VariantRecord::id).toList();
      for (byte[] head : ids.isEmpty() ? List.<byte[]>of() : store.heads(name, ids)) {
        Entry entry = HeadFormat.read(name, head, seal).entry();
        if (entry.key().digest().equals(digest)) {
          entries.add(entry);
        }
      }
    } catch (MalformedEntryException e) {
      corrupt.increment();
    }
    return entries;
  }

  /// Entries and bytes are what Redis last said of its whole database: there may be others in it.
  @Override
  public LayerStats stats() {
    Usage usage = lastUsage.get();
    return new LayerStats(
        usage.keys(),
        usage.bytes(),
        usage.limitBytes(),
        hits.sum(),
        misses.sum(),
        usage.evictions(),
        corrupt.sum());
  }

  /// The connection stays open.
  @Override
  public void close() {}
}
