package dev.terrace.layer.memory;

import static dev.terrace.layer.Samples.NOON;
import static dev.terrace.layer.Samples.bytes;
import static dev.terrace.layer.Samples.entry;
import static dev.terrace.layer.Samples.key;
import static dev.terrace.layer.Samples.randomBytes;
import static dev.terrace.layer.Samples.store;
import static dev.terrace.layer.Samples.variant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import dev.terrace.layer.Entry;
import dev.terrace.layer.EntryWriter;
import dev.terrace.layer.Eviction;
import dev.terrace.layer.Opening;
import dev.terrace.layer.RefusedException;
import dev.terrace.layer.Samples;
import dev.terrace.layer.SettableClock;
import dev.terrace.purge.Fence;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.SkipReason;
import dev.terrace.rules.VariantKey;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MemoryLayerTest {
  private static final long MIB = 1 << 20;

  private final SettableClock clock = new SettableClock(NOON);

  @ParameterizedTest
  @EnumSource
  void neverHoldsMoreEntriesThanItMay(Eviction eviction) throws IOException {
    MemoryLayer layer = layer(3, 64 * MIB, eviction);
    for (int i = 0; i < 50; i++) {
      store(layer, entry("/" + i), bytes("x"));
      assertThat(layer.stats().entries()).isLessThanOrEqualTo(3);
    }
    assertThat(layer.stats().entries()).isEqualTo(3);
    assertThat(layer.stats().evictions()).isEqualTo(47);
  }

  @ParameterizedTest
  @EnumSource
  void neverHoldsMoreBytesThanItMay(Eviction eviction) throws IOException {
    MemoryLayer layer = layer(10_000, 4 * MIB, eviction);
    for (int i = 0; i < 200; i++) {
      store(layer, entry("/" + i), randomBytes(100_000, i));
      assertThat(layer.stats().bytes()).isLessThanOrEqualTo(4 * MIB);
    }
    assertThat(layer.stats().bytes()).isGreaterThan(3 * MIB);
  }

  @Test
  void withLruTheEntryUsedLongestAgoMakesRoom() throws IOException {
    MemoryLayer layer = layer(3, 64 * MIB, Eviction.LRU);
    store(layer, entry("/a"), bytes("a"));
    store(layer, entry("/b"), bytes("b"));
    store(layer, entry("/c"), bytes("c"));
    layer.find(key("/a"), MemoryLayerTest::any);

    store(layer, entry("/d"), bytes("d"));

    assertThat(stored(layer, "/a", "/b", "/c", "/d")).containsExactly("/a", "/c", "/d");
  }

  @Test
  void withFifoTheEntryStoredLongestAgoMakesRoom() throws IOException {
    MemoryLayer layer = layer(3, 64 * MIB, Eviction.FIFO);
    store(layer, entry("/a"), bytes("a"));
    store(layer, entry("/b"), bytes("b"));
    store(layer, entry("/c"), bytes("c"));
    layer.find(key("/a"), MemoryLayerTest::any);

    store(layer, entry("/d"), bytes("d"));

    assertThat(stored(layer, "/a", "/b", "/c", "/d")).containsExactly("/b", "/c", "/d");
  }

  @Test
  void withTinyLfuAScanDoesNotDisplaceWhatIsUsedOften() throws IOException {
    MemoryLayer layer = layer(100, 64 * MIB, Eviction.TINYLFU);
    for (int i = 0; i < 50; i++) {
      store(layer, entry("/hot" + i), bytes("x"));
    }
    for (int round = 0; round < 20; round++) {
      for (int i = 0; i < 50; i++) {
        layer.find(key("/hot" + i), MemoryLayerTest::any);
      }
    }

    for (int i = 0; i < 1000; i++) {
      store(layer, entry("/once" + i), bytes("x"));
    }

    long hot = 0;
    for (int i = 0; i < 50; i++) {
      hot += layer.find(key("/hot" + i), MemoryLayerTest::any).isPresent() ? 1 : 0;
    }
    assertThat(hot).isGreaterThan(40);
  }

  @Test
  void aBodyOfMoreThanASixteenthIsDeclined() throws IOException {
    MemoryLayer layer = layer(100, 16 * MIB, Eviction.TINYLFU);

    assertThat(layer.open(entry("/a"), MIB + 1))
        .isEqualTo(new Opening.Declined(SkipReason.TOO_LARGE));
    store(layer, entry("/a"), new byte[(int) MIB]);
    assertThat(layer.find(key("/a"), MemoryLayerTest::any)).isPresent();
  }

  @Test
  void aBodyThatGrowsBeyondASixteenthIsRefused() throws IOException {
    MemoryLayer layer = layer(100, 16 * MIB, Eviction.TINYLFU);
    EntryWriter writer = Samples.open(layer, entry("/a"), -1);
    writer.write(ByteBuffer.allocate((int) MIB));

    assertThatThrownBy(() -> writer.write(ByteBuffer.allocate(1)))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(SkipReason.TOO_LARGE));
    writer.abandon();
    assertThat(layer.fillingBytes()).isZero();
  }

  @Test
  void bodiesUnderWayShareAQuarterAndGiveItBack() throws IOException {
    MemoryLayer layer = layer(100, 16 * MIB, Eviction.TINYLFU);
    List<EntryWriter> writers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      writers.add(Samples.open(layer, entry("/" + i), MIB));
    }
    EntryWriter growing = Samples.open(layer, entry("/growing"), -1);
    growing.write(ByteBuffer.allocate((int) MIB));

    assertThat(layer.open(entry("/more"), 1)).isEqualTo(new Opening.Declined(SkipReason.NO_ROOM));
    assertThatThrownBy(
            () -> Samples.open(layer, entry("/more"), -1).write(ByteBuffer.allocate((int) MIB)))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(SkipReason.NO_ROOM));

    growing.commit();
    writers.forEach(EntryWriter::abandon);
    writers.forEach(EntryWriter::abandon);
    assertThat(layer.fillingBytes()).isZero();
    store(layer, entry("/more"), new byte[(int) MIB]);
    assertThat(layer.fillingBytes()).isZero();
  }

  @Test
  void theVariantsOfOneKeyTakeUpAQuarterAtMost() throws IOException {
    MemoryLayer layer = layer(1000, 16 * MIB, Eviction.TINYLFU);
    for (int i = 0; i < 10; i++) {
      store(
          layer,
          entry("/a", variant("l" + i), NOON.minusSeconds(10 - i)),
          new byte[(int) MIB - 4096]);
    }

    assertThat(layer.stats().entries()).isEqualTo(4);
    for (int i = 6; i < 10; i++) {
      assertThat(layer.find(key("/a"), variant("l" + i)::equals)).isPresent();
    }
  }

  @Test
  void whatIsEvictedMakesRoomForItsBytesAndIsCounted() throws IOException {
    MemoryLayer layer = layer(1000, 2 * MIB, Eviction.LRU);
    for (int i = 0; i < 40; i++) {
      store(layer, entry("/" + i), new byte[100_000]);
    }
    long left = layer.stats().entries();
    assertThat(layer.stats().evictions()).isEqualTo(40 - left);
    assertThat(left).isEqualTo(20);
  }

  @Test
  void theBodyInMemoryCannotBeWrittenTo() throws IOException {
    MemoryLayer layer = layer(10, 16 * MIB, Eviction.TINYLFU);
    store(layer, entry("/a"), bytes("abc"));
    ByteBuffer body =
        layer.find(key("/a"), MemoryLayerTest::any).orElseThrow().body().inMemory().orElseThrow();

    assertThat(body.isReadOnly()).isTrue();
    body.get();
    assertThat(Samples.body(layer.find(key("/a"), MemoryLayerTest::any).orElseThrow()))
        .isEqualTo(bytes("abc"));
  }

  @Test
  void aLookupThatFindsAllocatesNothing() throws IOException {
    MemoryLayer layer = layer(10_000, 64 * MIB, Eviction.TINYLFU);
    store(layer, entry("/a"), bytes("a"));
    CacheKey key = key("/a");
    int lookups = 200_000;
    long found = look(layer, key, lookups);

    long before = allocatedBytes();
    found += look(layer, key, lookups);
    long each = (allocatedBytes() - before) / lookups;

    assertThat(found).isEqualTo(2L * lookups);
    assertThat(each).isLessThan(8);
  }

  private static long look(MemoryLayer layer, CacheKey key, int times) {
    long found = 0;
    for (int i = 0; i < times; i++) {
      found += layer.find(key, MemoryLayerTest::any).isPresent() ? 1 : 0;
    }
    return found;
  }

  private static long allocatedBytes() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  @ParameterizedTest
  @EnumSource
  void theBytesThatItClaimsAreThoseThatTheHeapGrowsBy(Eviction eviction) throws IOException {
    for (int bodyBytes : new int[] {0, 1024, 16_384}) {
      int entries = bodyBytes < 16_384 ? 20_000 : 4_000;
      MemoryLayer layer = layer(1_000_000, 1024 * MIB, eviction);
      long before = usedHeapBytes();
      for (int i = 0; i < entries; i++) {
        store(layer, realistic(i), new byte[bodyBytes]);
      }
      long grown = usedHeapBytes() - before;
      long claimed = layer.stats().bytes();
      assertThat((double) claimed / grown)
          .as("claimed %d, grown by %d, bodies of %d", claimed, grown, bodyBytes)
          .isBetween(0.7, 1.3);
      assertThat(layer.stats().entries()).isEqualTo(entries);
    }
  }

  /// With strings of its own, as an entry off the wire has them.
  private static Entry realistic(int i) {
    Entry sample =
        Samples.entry(
            "/products/" + i + "?colour=blue&size=" + i,
            i % 2 == 0 ? VariantKey.NONE : variant("en-GB,en;q=0." + i),
            NOON.plusSeconds(i),
            Duration.ofSeconds(60 + i),
            new Fence(1, 0),
            i % 3 == 0 ? Set.of() : Set.of("product-" + i, "all-" + i));
    Headers.Builder fields = Headers.builder();
    for (Headers.Field field : sample.head().response().headers()) {
      fields.add(copy(field.name()), copy(field.value()));
    }
    fields.add(copy("ETag"), "\"" + i + "\"");
    assertThat(sample.key().digest()).hasSize(64);
    return new Entry(
        sample.key(),
        sample.variant(),
        sample.head().withResponse(new ResponseHead(200, fields.build())),
        sample.fenced(),
        "");
  }

  private static String copy(String text) {
    return new String(text.toCharArray());
  }

  private static long usedHeapBytes() {
    Runtime runtime = Runtime.getRuntime();
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
    }
    return used;
  }

  private static List<String> stored(MemoryLayer layer, String... paths) {
    List<String> found = new ArrayList<>();
    for (String path : paths) {
      if (layer.find(key(path), MemoryLayerTest::any).isPresent()) {
        found.add(path);
      }
    }
    return found;
  }

  private static boolean any(VariantKey variant) {
    return variant.names().size() == variant.values().size();
  }

  private MemoryLayer layer(long entries, long bytes, Eviction eviction) {
    return new MemoryLayer(
        new MemoryLayer.Settings(entries, bytes, eviction, 64), Samples.EXPIRY, clock);
  }
}
