package dev.terrace.layer.file;

import static dev.terrace.layer.Samples.NOON;
import static dev.terrace.layer.Samples.body;
import static dev.terrace.layer.Samples.bytes;
import static dev.terrace.layer.Samples.entry;
import static dev.terrace.layer.Samples.key;
import static dev.terrace.layer.Samples.randomBytes;
import static dev.terrace.layer.Samples.store;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.terrace.layer.EntryWriter;
import dev.terrace.layer.Eviction;
import dev.terrace.layer.Opening;
import dev.terrace.layer.Samples;
import dev.terrace.layer.SettableClock;
import dev.terrace.layer.file.FaultyDisk.Then;
import dev.terrace.rules.SkipReason;
import dev.terrace.rules.VariantKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// A disk that begins to fail at each of the changes that storing an entry takes, and works again
/// later.
final class FailingDiskTest {
  private static final byte[] OLD = bytes("old");
  private static final byte[] NEW = randomBytes(30_000, 1);

  @TempDir Path temp;
  private final SettableClock clock = new SettableClock(NOON);
  private final Logger logger = (Logger) LoggerFactory.getLogger(Outage.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(log);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(log);
    logger.setLevel(null);
  }

  @Test
  void whereverTheDiskBeginsToFailNothingIsLeftBehindAndItGoesOnByItself() throws IOException {
    int failures = 0;
    while (failsAfter(failures)) {
      failures++;
    }
    assertThat(failures).as("changes that storing an entry takes").isGreaterThan(5);
  }

  /// @return whether the disk failed before the entry was stored
  private boolean failsAfter(int changes) throws IOException {
    Path directory = temp.resolve("cache-" + changes);
    try (FileLayer layer = open(directory, new LocalDisk())) {
      store(layer, entry("/a"), OLD);
    }
    log.list.clear();
    FaultyDisk disk = new FaultyDisk(changes, Then.FAIL);
    try (FileLayer layer = open(directory, disk)) {
      if (isStored(layer, "/a")) {
        return false;
      }
      assertThat(layer.isOff()).isTrue();
      assertThat(directory.resolve("temp"))
          .as("failed after %d changes", changes)
          .isEmptyDirectory();
      assertThat(found(layer)).isEqualTo(OLD);

      assertThat(layer.open(entry("/b"), 1)).isEqualTo(new Opening.Declined(SkipReason.LAYER_OFF));
      clock.advance(Duration.ofSeconds(5));
      assertThat(isStored(layer, "/b")).isFalse();
      assertThat(log.list).as("lines when it goes off").hasSize(1);

      disk.repair();
      clock.advance(Duration.ofSeconds(5));
      assertThat(isStored(layer, "/a")).isTrue();
      assertThat(layer.isOff()).isFalse();
      assertThat(found(layer)).isEqualTo(NEW);
      assertThat(log.list).as("lines when it goes on").hasSize(2);
      assertThat(layer.stats().entries()).isEqualTo(1);
      return true;
    }
  }

  @Test
  void whatWasUnderWayWhenTheDiskFailedDoesNotSwitchItOnAgain() throws IOException {
    FaultyDisk disk = new FaultyDisk(Integer.MAX_VALUE, Then.FAIL);
    try (FileLayer layer = open(temp.resolve("cache"), disk)) {
      EntryWriter underWay = Samples.open(layer, entry("/a"), OLD.length);
      disk.fail();
      assertThat(isStored(layer, "/b")).isFalse();
      disk.repair();
      underWay.write(ByteBuffer.wrap(OLD));
      underWay.commit();

      assertThat(found(layer)).isEqualTo(OLD);
      assertThat(layer.isOff()).isTrue();
      assertThat(log.list).hasSize(1);
      clock.advance(Duration.ofSeconds(5));
      assertThat(isStored(layer, "/b")).isTrue();
      assertThat(layer.isOff()).isFalse();
    }
  }

  @Test
  void aClockSetBackDoesNotKeepItOff() throws IOException {
    FaultyDisk disk = new FaultyDisk(0, Then.FAIL);
    try (FileLayer layer = open(temp.resolve("cache"), disk)) {
      assertThat(isStored(layer, "/a")).isFalse();
      disk.repair();
      clock.advance(Duration.ofHours(-1));
      assertThat(isStored(layer, "/a")).isTrue();
    }
  }

  private static boolean isStored(FileLayer layer, String path) {
    try {
      store(layer, entry(path, VariantKey.NONE, NOON.plusMillis(1)), NEW);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static byte[] found(FileLayer layer) throws IOException {
    return body(layer.find(key("/a"), VariantKey.NONE::equals).orElseThrow());
  }

  private FileLayer open(Path directory, Disk disk) throws IOException {
    return FileLayer.open(
        new FileLayer.Settings(directory, 1 << 20, Eviction.LRU, 8),
        FixedStore.FIRST,
        Samples.EXPIRY,
        clock,
        Runnable::run,
        System::nanoTime,
        disk);
  }
}
