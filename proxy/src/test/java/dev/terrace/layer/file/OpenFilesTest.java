package dev.terrace.layer.file;

import static dev.terrace.layer.Samples.NOON;
import static dev.terrace.layer.Samples.body;
import static dev.terrace.layer.Samples.bytes;
import static dev.terrace.layer.Samples.entry;
import static dev.terrace.layer.Samples.key;
import static dev.terrace.layer.Samples.randomBytes;
import static dev.terrace.layer.Samples.store;
import static dev.terrace.layer.Samples.variant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrace.layer.Entry;
import dev.terrace.layer.Eviction;
import dev.terrace.layer.MalformedEntryException;
import dev.terrace.layer.OpenBody;
import dev.terrace.layer.OpenBody.Hold;
import dev.terrace.layer.Samples;
import dev.terrace.layer.SettableClock;
import dev.terrace.layer.StoredResponse;
import dev.terrace.purge.Fence;
import dev.terrace.rules.VariantKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that stay open for event loops: when they answer, and above all when they do not.
final class OpenFilesTest {
  private static final int MIB = 1 << 20;
  private static final byte[] BODY = randomBytes(5_000, 1);

  @TempDir Path temp;
  private final SettableClock clock = new SettableClock(NOON);
  private final AtomicLong nanos = new AtomicLong();

  /// What each step on the disk takes, as far as the layer can tell.
  private long stepNanos;

  private FileLayer layer;

  @BeforeEach
  void begin() throws IOException {
    layer = open(64 * MIB, Eviction.LRU);
  }

  @AfterEach
  void end() {
    layer.close();
  }

  @Test
  void aFileThatWasAskedForStaysOpenOnceItWasVerified() throws IOException {
    store(layer, fresh("/a"), BODY);
    assertThat(findOpen("/a")).isEmpty();
    find("/a");
    StoredResponse open = findOpen("/a").orElseThrow();

    assertThat(content(open)).isEqualTo(BODY);
    assertThat(open.entry().head()).isEqualTo(fresh("/a").head());
    assertThat(open.entry().fenced().fence()).isEqualTo(FENCE);
    assertThat(open.body().bytes()).isEqualTo(BODY.length);
    assertThat(body(open)).as("read in the ordinary way").isEqualTo(BODY);
    assertThat(findOpen("/a")).as("the same object each time").containsSame(open);
  }

  @Test
  void whatIsSentLiesWhereItIsSaidToLie() throws IOException {
    OpenBody open = opened("/a", BODY);
    assertThat(open.acquire()).isEqualTo(Hold.ACQUIRED);
    ByteBuffer sent = ByteBuffer.allocate(BODY.length);
    open.channel().read(sent, open.at());
    open.release();
    assertThat(sent.array()).isEqualTo(BODY);
    assertThat(open.bytes()).isEqualTo(BODY.length);
  }

  @Test
  void anEmptyBodyIsReadAsSuch() throws IOException {
    opened("/a", new byte[0]);
    assertThat(content(findOpen("/a").orElseThrow())).isEmpty();
  }

  @Test
  void whatNoEventLoopAskedForIsNotKeptOpen() throws IOException {
    store(layer, fresh("/a"), BODY);
    find("/a");
    find("/a");
    assertThat(layer.openFiles()).isZero();
    assertThat(findOpen("/a")).isEmpty();
  }

  @Test
  void aBodyOfMoreThanOneBlockOrLessThanIsWantedIsNotGivenOut() throws IOException {
    opened("/mib", randomBytes(MIB, 2));
    ask("/long", randomBytes(MIB + 1, 2));
    assertThat(findOpen("/long")).isEmpty();
    assertThat(layer.findOpen(key("/mib"), OpenFilesTest::any, clock.instant(), MIB)).isPresent();
    assertThat(layer.findOpen(key("/mib"), OpenFilesTest::any, clock.instant(), MIB + 1)).isEmpty();
  }

  private interface Change {
    void make() throws IOException;
  }

  /// Opens the file, changes something and expects it not to be given out any more; who uses it
  /// goes on, and its file is closed in the end.
  private void isLetGoOfAfter(Change change) throws IOException {
    OpenBody open = opened("/a", BODY);
    assertThat(open.acquire()).isEqualTo(Hold.ACQUIRED);
    change.make();
    assertThat(findOpen("/a")).isEmpty();
    assertThat(open.channel().isOpen()).as("while it is used").isTrue();
    open.release();
    assertThat(open.channel().isOpen()).as("once nobody uses it").isFalse();
    assertThat(open.acquire()).isEqualTo(Hold.GONE);
  }

  @Test
  void aReplacedFileIsLetGoOfAndTheNewOneTakesItsPlace() throws IOException {
    byte[] other = randomBytes(5_000, 3);
    isLetGoOfAfter(() -> store(layer, later("/a"), other));
    find("/a");
    assertThat(content(findOpen("/a").orElseThrow())).isEqualTo(other);
  }

  @Test
  void aRefreshedFileIsLetGoOfAndItsNewHeadIsFound() throws IOException {
    isLetGoOfAfter(() -> layer.refresh(fresh("/a"), later("/a")));
    find("/a");
    assertThat(findOpen("/a").orElseThrow().entry().head()).isEqualTo(later("/a").head());
  }

  @Test
  void aRemovedFileIsLetGoOf() throws IOException {
    isLetGoOfAfter(() -> layer.remove(key("/a")));
  }

  @Test
  void aClearedFileIsLetGoOf() throws IOException {
    isLetGoOfAfter(() -> layer.clear());
  }

  @Test
  void aSweptFileIsLetGoOf() throws IOException {
    isLetGoOfAfter(() -> layer.sweep(NOON.plus(Duration.ofDays(40))));
  }

  @Test
  void anEvictedFileIsLetGoOf() throws IOException {
    layer.close();
    layer = open(100_000, Eviction.FIFO);
    isLetGoOfAfter(
        () -> {
          for (int i = 0; layer.stats().evictions() == 0; i++) {
            clock.advance(Duration.ofMillis(1));
            store(layer, fresh("/" + i), randomBytes(20_000, i));
          }
        });
  }

  @Test
  void aFileThatAReaderFoundDamagedIsLetGoOf() throws IOException {
    isLetGoOfAfter(
        () -> {
          flip(only("/a"));
          assertThat(find("/a")).isEmpty();
          assertThat(layer.setAside()).isEqualTo(1);
        });
  }

  @Test
  void aFileThatSomebodyElseChangedIsLetGoOf() throws IOException {
    isLetGoOfAfter(() -> flip(only("/a")));
  }

  @Test
  void aFileThatSomebodyElseCutIsLetGoOf() throws IOException {
    isLetGoOfAfter(
        () -> {
          FileTime before = Files.getLastModifiedTime(only("/a"));
          try (FileChannel file = FileChannel.open(only("/a"), StandardOpenOption.WRITE)) {
            file.truncate(file.size() - 1);
          }
          Files.setLastModifiedTime(only("/a"), before);
        });
  }

  @Test
  void aFileThatSomebodyElseReplacedIsLetGoOf() throws IOException {
    isLetGoOfAfter(
        () -> {
          Path copy = temp.resolve("copy");
          Files.copy(only("/a"), copy, StandardCopyOption.COPY_ATTRIBUTES);
          Files.move(copy, only("/a"), StandardCopyOption.REPLACE_EXISTING);
        });
  }

  @Test
  void aFileThatSomebodyElseDeletedIsLetGoOf() throws IOException {
    isLetGoOfAfter(() -> Files.delete(only("/a")));
  }

  @Test
  void aFileInWhosePlaceALinkLiesIsLetGoOf() throws IOException {
    isLetGoOfAfter(
        () -> {
          Path file = only("/a");
          Path outside = temp.resolve("outside");
          Files.move(file, outside);
          Files.createSymbolicLink(file, outside);
        });
  }

  @Test
  void aSecondVariantLetsGoOfTheFirstAndNeitherIsKeptOpen() throws IOException {
    isLetGoOfAfter(() -> store(layer, fresh("/a", variant("de")), BODY));
    find("/a");
    assertThat(findOpen("/a")).isEmpty();
    assertThat(layer.openFiles()).isZero();
  }

  @Test
  void closingTheLayerLetsGoOfEverything() throws IOException {
    isLetGoOfAfter(() -> layer.close());
  }

  /// Whoever changes a file without a trace has not got its checksum.
  @Test
  void aBodyThatWasChangedWithoutATraceIsFoundOutWhenItIsRead() throws IOException {
    OpenBody open = opened("/a", BODY);
    FileTime before = Files.getLastModifiedTime(only("/a"));
    flip(only("/a"));
    Files.setLastModifiedTime(only("/a"), before);
    assertThat(findOpen("/a")).isPresent();
    open.acquire();
    assertThatThrownBy(() -> open.read(ByteBuffer.allocate(BODY.length)))
        .isInstanceOf(MalformedEntryException.class);
    open.release();
    assertThat(find("/a")).isEmpty();
    assertThat(findOpen("/a")).isEmpty();
    assertThat(layer.setAside()).isEqualTo(1);
  }

  @Test
  void aFileThatIsReplacedWhileItIsVerifiedIsNotKept() throws IOException {
    store(layer, fresh("/a"), BODY);
    assertThat(findOpen("/a")).isEmpty();
    // The file was opened already when its variant is judged.
    Optional<StoredResponse> found =
        layer.find(
            key("/a"),
            variant -> {
              try {
                store(layer, later("/a"), bytes("new"));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              return any(variant);
            });
    assertThat(body(found.orElseThrow())).isEqualTo(BODY);
    assertThat(layer.openFiles()).isZero();
    find("/a");
    assertThat(content(findOpen("/a").orElseThrow())).isEqualTo(bytes("new"));
  }

  @Test
  void aSecondVariantThatComesWhileTheFirstIsVerifiedKeepsItFromStayingOpen() throws IOException {
    store(layer, fresh("/a"), BODY);
    assertThat(findOpen("/a")).isEmpty();
    Optional<StoredResponse> _ =
        layer.find(
            key("/a"),
            variant -> {
              try {
                store(layer, fresh("/a", variant("de")), BODY);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              return any(variant);
            });
    assertThat(layer.openFiles()).isZero();
  }

  @Test
  void aMinuteAfterItWasVerifiedTheUseOfAFileIsNotedAndItIsVerifiedAnew() throws IOException {
    opened("/a", BODY);
    clock.advance(OpenFiles.LONGEST_HELD.minusMillis(1));
    assertThat(findOpen("/a")).isPresent();
    clock.advance(Duration.ofSeconds(1));
    assertThat(findOpen("/a")).isEmpty();

    find("/a");
    assertThat(Files.getLastModifiedTime(only("/a")).toInstant()).isEqualTo(clock.instant());
    find("/a");
    assertThat(findOpen("/a")).isPresent();
  }

  @Test
  void aClockThatIsSetBackLetsGo() throws IOException {
    opened("/a", BODY);
    clock.set(NOON.minusSeconds(1));
    assertThat(findOpen("/a")).isEmpty();
  }

  @Test
  void whatIsExpiredIsNotGivenOutNorAVariantThatIsNotAsked() throws IOException {
    store(
        layer,
        entry("/short", VariantKey.NONE, NOON, Duration.ofSeconds(1), FENCE, Set.of()),
        BODY);
    assertThat(findOpen("/short")).isEmpty();
    find("/short");
    assertThat(findOpen("/short")).isPresent();
    assertThat(layer.findOpen(key("/short"), _ -> false, clock.instant(), 0)).isEmpty();
    assertThat(
            layer.findOpen(
                key("/short"), OpenFilesTest::any, Samples.EXPIRY.of(fresh("/short").head()), 0))
        .isEmpty();
  }

  @Test
  void notMoreThanABoundedNumberOfFilesIsOpen() throws IOException {
    List<OpenBody> seen = new ArrayList<>();
    for (int i = 0; i < OpenFiles.MOST_FILES + 200; i++) {
      ask("/" + i, bytes("body"));
      findOpen("/" + i).flatMap(found -> found.body().inOpenFile()).ifPresent(seen::add);
    }
    assertThat(layer.openFiles()).isEqualTo(OpenFiles.MOST_FILES);
    assertThat(seen.stream().filter(each -> each.channel().isOpen()).count())
        .isLessThanOrEqualTo(OpenFiles.MOST_FILES);
  }

  @Test
  void aSlowDiskKeepsEventLoopsAwayForAWhile() throws IOException {
    opened("/a", BODY);
    stepNanos = Pace.SLOW.toNanos() + 1;
    assertThat(findOpen("/a")).as("the one that was slow").isPresent();
    stepNanos = 0;
    assertThat(findOpen("/a")).isEmpty();
    assertThat(find("/a")).as("on a thread that may wait").isPresent();
    nanos.addAndGet(Pace.PAUSE.toNanos());
    assertThat(findOpen("/a")).isPresent();
  }

  @Test
  void aHitIsCountedWhenItIsAnswered() throws IOException {
    opened("/a", BODY);
    long before = layer.stats().hits();
    assertThat(findOpen("/a")).isPresent();
    assertThat(layer.stats().hits()).isEqualTo(before);
    layer.countHit();
    assertThat(layer.stats().hits()).isEqualTo(before + 1);
  }

  private static final Fence FENCE = new Fence(1, 0);

  private static Entry fresh(String path) {
    return fresh(path, VariantKey.NONE);
  }

  private static Entry fresh(String path, VariantKey variant) {
    return entry(path, variant, NOON, Duration.ofDays(1), FENCE, Set.of());
  }

  private static Entry later(String path) {
    return entry(path, VariantKey.NONE, NOON.plusMillis(1), Duration.ofDays(1), FENCE, Set.of());
  }

  private static boolean any(VariantKey variant) {
    return variant.names().size() < 2;
  }

  /// Stores it and has it verified after an event loop asked for it.
  private void ask(String path, byte[] body) throws IOException {
    store(layer, fresh(path), body);
    assertThat(findOpen(path)).isEmpty();
    find(path);
  }

  private OpenBody opened(String path, byte[] body) throws IOException {
    ask(path, body);
    return findOpen(path).orElseThrow().body().inOpenFile().orElseThrow();
  }

  private Optional<StoredResponse> find(String path) throws IOException {
    return layer.find(key(path), OpenFilesTest::any);
  }

  private Optional<StoredResponse> findOpen(String path) {
    return layer.findOpen(key(path), OpenFilesTest::any, clock.instant(), 0);
  }

  private static byte[] content(StoredResponse response) throws IOException {
    OpenBody open = response.body().inOpenFile().orElseThrow();
    assertThat(open.acquire()).isEqualTo(Hold.ACQUIRED);
    ByteBuffer content = ByteBuffer.allocateDirect(Math.toIntExact(open.bytes()));
    open.read(content);
    open.release();
    byte[] copy = new byte[content.flip().remaining()];
    content.get(copy);
    return copy;
  }

  private static void flip(Path path) throws IOException {
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      long at = file.size() - 100;
      file.read(one, at);
      file.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 1)}), at);
    }
  }

  private Path only(String path) throws IOException {
    String digest = key(path).digest();
    try (Stream<Path> files =
        Files.list(
            temp.resolve("cache/entries")
                .resolve(digest.substring(0, 2))
                .resolve(digest.substring(2, 4)))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(digest.substring(4)))
          .findFirst()
          .orElseThrow();
    }
  }

  private FileLayer open(long maxBytes, Eviction eviction) throws IOException {
    return FileLayer.open(
        new FileLayer.Settings(temp.resolve("cache"), maxBytes, eviction, 8),
        FixedStore.FIRST,
        Samples.EXPIRY,
        clock,
        Runnable::run,
        () -> nanos.addAndGet(stepNanos));
  }
}
