package dev.terrace.layer.file;

import static dev.terrace.layer.Samples.NOON;
import static dev.terrace.layer.Samples.body;
import static dev.terrace.layer.Samples.bytes;
import static dev.terrace.layer.Samples.entry;
import static dev.terrace.layer.Samples.key;
import static dev.terrace.layer.Samples.randomBytes;
import static dev.terrace.layer.Samples.read;
import static dev.terrace.layer.Samples.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.terrace.http.BodyReader;
import dev.terrace.layer.Entry;
import dev.terrace.layer.EntryWriter;
import dev.terrace.layer.Eviction;
import dev.terrace.layer.Layer;
import dev.terrace.layer.Opening;
import dev.terrace.layer.RefusedException;
import dev.terrace.layer.Samples;
import dev.terrace.layer.SettableClock;
import dev.terrace.layer.StoredResponse;
import dev.terrace.layer.file.FaultyDisk.Then;
import dev.terrace.purge.Fence;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.Verdict;
import dev.terrace.rules.SkipReason;
import dev.terrace.rules.VariantKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FileLayerTest {
  private static final int MIB = 1 << 20;

  @TempDir Path temp;
  private Path directory;
  private final SettableClock clock = new SettableClock(NOON);

  @BeforeEach
  void begin() {
    directory = temp.resolve("cache");
  }

  @Test
  void whatWasStoredIsThereAfterARestartAndCounted() throws IOException {
    byte[] large = randomBytes(3 * MIB + 17, 1);
    try (FileLayer layer = open()) {
      store(layer, entry("/a"), bytes("a"));
      store(layer, entry("/large"), large);
    }
    clock.advance(Duration.ofSeconds(30));

    try (FileLayer layer = open()) {
      assertThat(body(find(layer, "/a").orElseThrow())).isEqualTo(bytes("a"));
      assertThat(body(find(layer, "/large").orElseThrow())).isEqualTo(large);
      assertThat(find(layer, "/a").orElseThrow().entry().head().age(clock.instant()))
          .isEqualTo(Duration.ofSeconds(30));
      assertThat(layer.stats().entries()).isEqualTo(2);
      assertThat(layer.stats().bytes())
          .isEqualTo(Files.size(only("/a")) + Files.size(only("/large")));
    }
  }

  @Test
  void aSecondProcessIsRefusedTheDirectory() throws IOException {
    try (FileLayer layer = open()) {
      assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("in use");
      assertThat(find(layer, "/a")).isEmpty();
    }
    open().close();
  }

  @Test
  void filesAndDirectoriesAreTheOwnersAlone() throws IOException {
    try (FileLayer layer = open()) {
      store(layer, entry("/a"), bytes("a"));
    }
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
            .as(path.toString())
            .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
      }
    }
  }

  @Test
  void noNameOfAFileTellsAnythingOfTheUrl() throws IOException {
    try (FileLayer layer = open()) {
      store(layer, entry("/secret-path"), bytes("a"));
    }
    try (Stream<Path> all = Files.walk(directory)) {
      assertThat(all.map(Path::toString)).noneMatch(path -> path.contains("secret"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1000, 3 * MIB})
  void aFlippedBitIsNeverServed(int bodyBytes) throws IOException {
    byte[] body = randomBytes(bodyBytes, 7);
    try (FileLayer layer = open()) {
      store(layer, entry("/a"), body);
      byte[] whole = Files.readAllBytes(only("/a"));
      Path path = only("/a");
      int step = Math.max(1, whole.length / 60);
      for (int at = 0; at < whole.length; at += step) {
        byte[] flipped = whole.clone();
        flipped[at] ^= (byte) (1 << at % 8);
        Files.write(path, flipped);
        assertThat(served(layer)).as("flipped at %d", at).isEmpty();
      }
      assertThat(layer.setAside()).isGreaterThan(whole.length / step / 2);
      Files.write(path, whole);
      assertThat(body(find(layer, "/a").orElseThrow())).isEqualTo(body);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 300})
  void aFileCutAtAnyByteIsAMissAndSetAside(int bodyBytes) throws IOException {
    try (FileLayer layer = open()) {
      store(layer, entry("/a"), randomBytes(bodyBytes, 7));
      Path path = only("/a");
      byte[] whole = Files.readAllBytes(path);
      for (int length = 0; length < whole.length; length++) {
        Files.write(path, Arrays.copyOf(whole, length));
        assertThat(find(layer, "/a")).as("cut at %d", length).isEmpty();
        assertThat(path).doesNotExist();
      }
      assertThat(layer.setAside()).isEqualTo(whole.length);
      try (Stream<Path> aside = Files.list(directory.resolve("aside"))) {
        assertThat(aside.count()).isBetween(1L, 100L);
      }
    }
  }

  @Test
  void aLongBodyThatIsDamagedBreaksOffBeforeTheDamagedBlock() throws IOException {
    byte[] body = randomBytes(4 * MIB, 7);
    try (FileLayer layer = open()) {
      store(layer, entry("/a"), body);
      StoredResponse found = find(layer, "/a").orElseThrow();
      flip(only("/a"), Files.size(only("/a")) - MIB);

      try (BodyReader reader = found.body().open(0, body.length)) {
        for (int block = 0; block < 3; block++) {
          assertThat(reader.read()).isEqualTo(ByteBuffer.wrap(body, block * MIB, MIB));
        }
        assertThatThrownBy(reader::read).isInstanceOf(IOException.class);
      }
      assertThat(find(layer, "/a")).isEmpty();
      assertThat(layer.setAside()).isEqualTo(1);
    }
  }

  @Test
  void aDamagedFileThatTwoReadersFindOutIsCountedOnce() throws IOException {
    byte[] body = randomBytes(2 * MIB, 7);
    try (FileLayer layer = open()) {
      store(layer, entry("/a"), body);
      store(layer, entry("/b"), bytes("b"));
      StoredResponse found = find(layer, "/a").orElseThrow();
      flip(only("/a"), Files.size(only("/a")) - MIB);
      try (BodyReader first = found.body().open(MIB, MIB);
          BodyReader second = found.body().open(MIB, MIB)) {
        assertThatThrownBy(first::read).isInstanceOf(IOException.class);
        assertThatThrownBy(second::read).isInstanceOf(IOException.class);
      }
      assertThat(layer.setAside()).isEqualTo(1);
      assertThat(layer.stats().entries()).isEqualTo(1);
    }
  }

  @Test
  void aFileOfAFutureVersionIsAMiss() throws IOException {
    try (FileLayer layer = open()) {
      store(layer, entry("/a"), bytes("a"));
      try (FileChannel file = FileChannel.open(only("/a"), StandardOpenOption.WRITE)) {
        file.write(ByteBuffer.wrap(new byte[] {0, 2}), 4);
      }
      assertThat(find(layer, "/a")).isEmpty();
      assertThat(layer.setAside()).isEqualTo(1);
    }
  }

  @Test
  void aSwappedFileIsAMiss() throws IOException {
    try (FileLayer layer = open()) {
      store(layer, entry("/a"), bytes("a"));
      store(layer, entry("/b"), bytes("b"));
      Files.copy(only("/b"), only("/a"), StandardCopyOption.REPLACE_EXISTING);

      assertThat(find(layer, "/a")).isEmpty();
      assertThat(body(find(layer, "/b").orElseThrow())).isEqualTo(bytes("b"));
    }
  }

  @Test
  void aPlantedLinkIsAMissAndWhatItNamesIsLeftAlone() throws IOException {
    Path outside = temp.resolve("outside");
    try (FileLayer layer = open()) {
      store(layer, entry("/a"), bytes("a"));
      Path path = only("/a");
      Files.move(path, outside);
      Files.createSymbolicLink(path, outside);

      assertThat(find(layer, "/a")).isEmpty();
      assertThat(Files.exists(path, LinkOption.NOFOLLOW_LINKS)).isFalse();
      assertThat(outside).exists();
    }
  }

  @Test
  void aLinkInPlaceOfADirectoryIsNotFollowed() throws IOException {
    try (FileLayer layer = open()) {
      store(layer, entry("/a"), bytes("a"));
      Path folder = only("/a").getParent();
      Path moved = temp.resolve("moved");
      Files.move(folder, moved);
      Files.createSymbolicLink(folder, moved);

      assertThat(find(layer, "/a")).isEmpty();
      assertThatThrownBy(() -> store(layer, entry("/a"), bytes("new")))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aFileOfAnotherJournalIsSuspect() throws IOException {
    PurgeTable purges = new PurgeTable(1);
    try (FileLayer layer = open()) {
      store(layer, entry("/a"), bytes("a"));
      assertThat(purges.judge(find(layer, "/a").orElseThrow().entry().fenced()))
          .isEqualTo(Verdict.CURRENT);
    }
    try (FileLayer layer =
        open(new FixedStore(new UUID(3, 4), 9), new LocalDisk(), 64 * MIB, Eviction.LRU)) {
      assertThat(purges.judge(find(layer, "/a").orElseThrow().entry().fenced()))
          .isEqualTo(Verdict.SUSPECT);
    }
  }

  @Test
  void nothingIsWrittenWhoseFenceTheJournalCannotSecure() throws IOException {
    Store broken =
        new Store() {
          @Override
          public UUID id() {
            return new UUID(1, 2);
          }

          @Override
          public long boot() {
            return 1;
          }

          @Override
          public void secure(Fence fence) throws IOException {
            throw new IOException("the journal is full");
          }
        };
    try (FileLayer layer = open(broken, new LocalDisk(), 64 * MIB, Eviction.LRU)) {
      assertThatThrownBy(() -> layer.open(entry("/a"), 1)).hasMessageContaining("journal");
      assertThat(find(layer, "/a")).isEmpty();
    }
  }

  @Test
  void killedAtAnyWriteNoHalfEntryIsEverFound() throws IOException {
    byte[] old = randomBytes(30_000, 1);
    byte[] replacement = randomBytes(40_000, 2);
    int kills = 0;
    boolean completed = false;
    for (int changes = 0; !completed; changes++) {
      try (FileLayer layer = open()) {
        layer.clear();
        store(layer, entry("/a"), old);
      }
      FaultyDisk disk = new FaultyDisk(changes, Then.DIE);
      try (FileLayer layer = open(FixedStore.FIRST, disk, 64 * MIB, Eviction.LRU)) {
        store(layer, entry("/a", VariantKey.NONE, NOON.plusMillis(1)), replacement);
        completed = true;
      } catch (FaultyDisk.Killed e) {
        kills++;
      }
      try (FileLayer layer = open()) {
        assertThat(body(find(layer, "/a").orElseThrow())).isEqualTo(completed ? replacement : old);
        assertThat(layer.setAside()).isZero();
        assertThat(directory.resolve("temp")).isEmptyDirectory();
        assertThat(layer.stats().entries()).isEqualTo(1);
      }
    }
    assertThat(kills).isGreaterThan(8);
  }

  @Test
  void aFullDiskSwitchesStoringOffAndOnAgainByItself() throws IOException {
    try (FileLayer layer = open()) {
      store(layer, entry("/a"), bytes("a"));
    }
    FaultyDisk full = new FaultyDisk(3, Then.FAIL);
    try (FileLayer layer = open(FixedStore.FIRST, full, 64 * MIB, Eviction.LRU)) {
      assertThatThrownBy(() -> store(layer, entry("/b"), randomBytes(100_000, 1)))
          .isInstanceOf(IOException.class);

      assertThat(layer.isOff()).isTrue();
      assertThat(layer.open(entry("/b"), 1)).isEqualTo(new Opening.Declined(SkipReason.LAYER_OFF));
      assertThat(body(find(layer, "/a").orElseThrow())).isEqualTo(bytes("a"));
      assertThat(directory.resolve("temp")).isEmptyDirectory();

      full.repair();
      clock.advance(Duration.ofSeconds(5));
      store(layer, entry("/b"), bytes("b"));
      assertThat(layer.isOff()).isFalse();
      assertThat(find(layer, "/b")).isPresent();
    }
  }

  @Test
  void withLruTheFileUsedLongestAgoMakesRoom() throws IOException {
    makesRoom(Eviction.LRU, List.of("/0", "/2", "/3", "/4"));
  }

  @Test
  void withFifoTheFileStoredLongestAgoMakesRoom() throws IOException {
    makesRoom(Eviction.FIFO, List.of("/1", "/2", "/3", "/4"));
  }

  private void makesRoom(Eviction eviction, List<String> left) throws IOException {
    try (FileLayer layer = open(FixedStore.FIRST, new LocalDisk(), 500_000, eviction)) {
      for (int i = 0; i < 4; i++) {
        store(layer, freshForADay("/" + i), randomBytes(110_000, i));
        clock.advance(Duration.ofSeconds(1));
      }
      clock.advance(Duration.ofMinutes(2));
      assertThat(find(layer, "/0")).isPresent();
      clock.advance(Duration.ofSeconds(1));

      store(layer, freshForADay("/4"), randomBytes(110_000, 4));

      assertThat(Stream.of("/0", "/1", "/2", "/3", "/4").filter(path -> isThere(layer, path)))
          .containsExactlyElementsOf(left);
      assertThat(layer.stats().evictions()).isEqualTo(1);
      assertThat(layer.stats().bytes()).isLessThanOrEqualTo(500_000);
    }
  }

  private static Entry freshForADay(String path) {
    return entry(path, VariantKey.NONE, NOON, Duration.ofDays(1), new Fence(1, 0), Set.of());
  }

  @Test
  void aSampleIsAllOfAFewEntriesAndAFairPartOfMany() throws IOException {
    try (FileLayer layer = open()) {
      for (int i = 0; i < 2_000; i++) {
        store(layer, freshForADay("/" + i), bytes("body"));
      }
      Layer.Sample all = layer.sample(2_000);
      assertThat(all.share()).isEqualTo(1);
      assertThat(all.entries()).hasSize(2_000);

      Layer.Sample part = layer.sample(500);
      assertThat(part.entries()).hasSizeBetween(501, 520);
      assertThat(part.share()).isLessThan(0.5);
      assertThat(part.entries().size() / part.share()).isCloseTo(2_000, withinPercentage(15));
    }
  }

  @Test
  void aBodyOfMoreThanAQuarterIsDeclined() throws IOException {
    try (FileLayer layer = open(FixedStore.FIRST, new LocalDisk(), MIB, Eviction.LRU)) {
      assertThat(layer.open(entry("/a"), MIB / 4 + 1))
          .isEqualTo(new Opening.Declined(SkipReason.TOO_LARGE));
      EntryWriter growing = Samples.open(layer, entry("/a"), -1);
      growing.write(ByteBuffer.allocate(MIB / 4));
      assertThatThrownBy(() -> growing.write(ByteBuffer.allocate(1)))
          .isInstanceOf(RefusedException.class);
      growing.abandon();
      assertThat(directory.resolve("temp")).isEmptyDirectory();
    }
  }

  @Test
  void everyRangeOfALongBodyCanBeRead() throws IOException {
    byte[] body = randomBytes(3 * MIB + 5, 9);
    try (FileLayer layer = open()) {
      store(layer, entry("/a"), body);
      StoredResponse found = find(layer, "/a").orElseThrow();
      assertThat(found.body().inMemory()).isEmpty();
      for (int from : new int[] {0, 1, MIB - 1, MIB, 2 * MIB + 7, body.length}) {
        for (int to : new int[] {from, from + 1, 2 * MIB, 3 * MIB, body.length}) {
          if (to >= from && to <= body.length) {
            assertThat(read(found.body(), from, to - from))
                .isEqualTo(Arrays.copyOfRange(body, from, to));
          }
        }
      }
    }
  }

  /// The body if it comes to its end; a long one that breaks off is no answer.
  private static Optional<byte[]> served(FileLayer layer) {
    try {
      Optional<StoredResponse> found = find(layer, "/a");
      return found.isPresent() ? Optional.of(body(found.get())) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void flip(Path path, long at) throws IOException {
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      file.read(one, at);
      file.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 1)}), at);
    }
  }

  private boolean isThere(FileLayer layer, String path) {
    try {
      return find(layer, path).isPresent();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Optional<StoredResponse> find(FileLayer layer, String path) throws IOException {
    return layer.find(key(path), FileLayerTest::any);
  }

  private static boolean any(VariantKey variant) {
    return variant.equals(VariantKey.NONE);
  }

  private Path only(String path) throws IOException {
    String digest = key(path).digest();
    try (Stream<Path> files =
        Files.list(
            directory
                .resolve("entries")
                .resolve(digest.substring(0, 2))
                .resolve(digest.substring(2, 4)))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(digest.substring(4)))
          .findFirst()
          .orElseThrow();
    }
  }

  private FileLayer open() throws IOException {
    return open(FixedStore.FIRST, new LocalDisk(), 64 * MIB, Eviction.LRU);
  }

  private FileLayer open(Store store, Disk disk, long maxBytes, Eviction eviction)
      throws IOException {
    return FileLayer.open(
        new FileLayer.Settings(directory, maxBytes, eviction, 8),
        store,
        Samples.EXPIRY,
        clock,
        Runnable::run,
        System::nanoTime,
        disk);
  }
}
