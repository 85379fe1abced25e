package dev.terrace.layer;

import dev.terrace.http.BodyReader;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.VariantKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// A layer that does what another does, until it is told to fail. Shows bodies as not in memory.
final class FaultyLayer implements Layer {
  /// What goes wrong with every call.
  sealed interface Fault {
    record None() implements Fault {}

    record Failing() implements Fault {}

    /// Throws what no layer should.
    record Buggy() implements Fault {}

    record Hanging(Gate gate) implements Fault {}
  }

  private final Layer inner;
  private final LayerName name;
  private final AtomicInteger lookups = new AtomicInteger();
  private final AtomicInteger promptHits = new AtomicInteger();
  private final AtomicInteger openReaders = new AtomicInteger();
  private final AtomicInteger openedReaders = new AtomicInteger();
  private volatile Fault fault = new Fault.None();
  private volatile Fault readFault = new Fault.None();

  FaultyLayer(Layer inner, LayerName name) {
    this.inner = inner;
    this.name = name;
  }

  void fault(Fault wanted) {
    fault = wanted;
  }

  void readFault(Fault wanted) {
    readFault = wanted;
  }

  int lookups() {
    return lookups.get();
  }

  int openReaders() {
    return openReaders.get();
  }

  /// Those that were closed since included.
  int openedReaders() {
    return openedReaders.get();
  }

  private static void suffer(Fault fault) throws IOException {
    switch (fault) {
      case Fault.None() -> {}
      case Fault.Failing() -> throw new IOException("the disk is on fire");
      case Fault.Buggy() -> throw new IllegalStateException("a bug");
      case Fault.Hanging(Gate gate) -> gate.pass();
    }
  }

  @Override
  public LayerName name() {
    return name;
  }

  @Override
  public Optional<StoredResponse> find(CacheKey key, Predicate<VariantKey> accepts)
      throws IOException {
    lookups.incrementAndGet();
    suffer(fault);
    return inner
        .find(key, accepts)
        .map(found -> new StoredResponse(found.entry(), new Body(found.body())));
  }

  /// As if everything lay in an open file.
  @Override
  public Optional<StoredResponse> findOpen(
      CacheKey key, Predicate<VariantKey> accepts, Instant now, long leastBytes) {
    try {
      return inner.find(key, accepts).filter(found -> found.body().bytes() >= leastBytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void countHit() {
    promptHits.incrementAndGet();
  }

  int promptHits() {
    return promptHits.get();
  }

  @Override
  public Opening open(Entry entry, long bodyBytes) throws IOException {
    suffer(fault);
    return switch (inner.open(entry, bodyBytes)) {
      case Opening.Declined declined -> declined;
      case Opening.Writing(EntryWriter writer) -> new Opening.Writing(new Writer(writer));
    };
  }

  @Override
  public boolean refresh(Entry previous, Entry refreshed) throws IOException {
    suffer(fault);
    return inner.refresh(previous, refreshed);
  }

  @Override
  public List<Entry> named(String digest) throws IOException {
    suffer(fault);
    try (Stream<Entry> all = inner.entries()) {
      return all.filter(entry -> entry.key().digest().equals(digest)).toList();
    }
  }

  @Override
  public void remove(CacheKey key) throws IOException {
    suffer(fault);
    inner.remove(key);
  }

  @Override
  public long clear() throws IOException {
    suffer(fault);
    return inner.clear();
  }

  @Override
  public long sweep(Instant now) throws IOException {
    suffer(fault);
    return inner.sweep(now);
  }

  @Override
  public LayerStats stats() {
    return inner.stats();
  }

  @Override
  public void close() {
    inner.close();
  }

  private final class Body implements StoredBody {
    private final StoredBody body;

    Body(StoredBody body) {
      this.body = body;
    }

    @Override
    public long bytes() {
      return body.bytes();
    }

    @Override
    public BodyReader open(long offset, long length) throws IOException {
      suffer(readFault);
      openReaders.incrementAndGet();
      openedReaders.incrementAndGet();
      BodyReader reader = body.open(offset, length);
      return new BodyReader() {
        @Override
        public ByteBuffer read() throws IOException {
          suffer(readFault);
          return reader.read();
        }

        @Override
        public void close() {
          openReaders.decrementAndGet();
          reader.close();
        }
      };
    }
  }

  private final class Writer implements EntryWriter {
    private final EntryWriter writer;

    Writer(EntryWriter writer) {
      this.writer = writer;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      suffer(fault);
      writer.write(bytes);
    }

    @Override
    public void commit() throws IOException {
      suffer(fault);
      writer.commit();
    }

    @Override
    public void abandon() {
      writer.abandon();
    }
  }

  @Override
  public java.util.stream.Stream<Entry> entries() throws IOException {
    suffer(fault);
    return inner.entries();
  }
}
