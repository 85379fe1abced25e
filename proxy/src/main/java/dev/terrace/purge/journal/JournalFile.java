package dev.terrace.purge.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files of a journal: `boot`, `journal` and the lock of their directory. A new journal begins,
/// with an id and a lineage of its own, where either file is missing, damaged anywhere but in an
/// incomplete record at the end, or not what the caller can go on with. Used by one thread at a
/// time.
final class JournalFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JournalFile.class);

  /// The journal is written anew when it has more records than this, and twice as many as after the
  /// last time.
  private static final int LEAST_RECORDS_TO_COMPACT = 10_000;

  private static final int RECORDS_BETWEEN_TRIES = 1_000;
  private static final String NEW = ".new";

  /// The same of bytes.
  private static final long LEAST_BYTES_TO_COMPACT = 64L << 20;

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ALONE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final FileAttribute<Set<PosixFilePermission>> OWNERS_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path directory;
  private final FileChannel lock;
  private final Boot boot;
  private final List<JournalRecord> remembered;
  private Optional<FileChannel> channel = Optional.empty();
  private long records;

  /// Bytes of the file that are whole records.
  private long length;

  /// When it was last written anew.
  private long compactRecords;

  private long compactBytes;

  /// Writing anew failed: not again before there are so many records.
  private long retryRecords;

  /// Whether the directory may not know of the newest file yet.
  private boolean isDirectoryBehind;

  private JournalFile(Path directory, FileChannel lock, Boot boot, List<JournalRecord> remembered) {
    this.directory = directory;
    this.lock = lock;
    this.boot = boot;
    this.remembered = remembered;
  }

  /// Takes the directory, and makes it if there is none. Nothing is written before [#begin].
  ///
  /// @param isUsable whether the caller can go on with these records
  /// @throws IOException if another process has it, or the disk fails
  static JournalFile open(
      Path directory, RandomGenerator random, Predicate<List<JournalRecord>> isUsable)
      throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(directory.toAbsolutePath().getParent());
      Files.createDirectory(directory, OWNERS_DIRECTORY);
    }
    FileChannel lock = lock(directory);
    try {
      Optional<Boot> known = Boot.read(directory.resolve("boot"));
      Optional<List<JournalRecord>> records =
          known.isPresent()
              ? Replay.read(directory.resolve("journal"), known.get()).filter(isUsable)
              : Optional.empty();
      Boot boot = records.isPresent() ? known.orElseThrow().next() : Boot.first(random);
      return new JournalFile(directory, lock, boot, records.orElse(List.of()));
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  Boot boot() {
    return boot;
  }

  /// What was read; empty of a new journal.
  List<JournalRecord> remembered() {
    return remembered;
  }

  /// Begins this boot with what is remembered.
  void begin(List<JournalRecord> compact) throws IOException {
    // A crash between the two leaves a journal that is one boot ahead, or one without its boot.
    if (remembered.isEmpty()) {
      Files.deleteIfExists(directory.resolve("boot"));
    }
    compact(compact);
    replace("boot", List.of(boot.bytes()));
  }

  /// Appends records; they would survive a crash when this returns.
  ///
  /// @throws IOException if they might not; what was written of them is dropped by the next append
  void append(List<JournalRecord> more) throws IOException {
    FileChannel journal = channel.orElseThrow();
    if (isDirectoryBehind) {
      forceDirectory();
    }
    List<ByteBuffer> all = more.stream().map(JournalRecord::bytes).toList();
    long added = all.stream().mapToLong(ByteBuffer::remaining).sum();
    // What was written in part must not stand before what is written next.
    journal.truncate(length);
    for (ByteBuffer record : all) {
      write(journal, record);
    }
    journal.force(false);
    length += added;
    records += all.size();
  }

  /// Writes it anew if it is so long that this pays. That it cannot takes nothing from what was
  /// appended, and is only said.
  ///
  /// @param compact the records that would be left; empty if they cannot be told at this moment
  void compactIfLong(Supplier<Optional<List<JournalRecord>>> compact) {
    try {
      if (records > retryRecords && isLong()) {
        Optional<List<JournalRecord>> left = compact.get();
        if (left.isPresent()) {
          compact(left.get());
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      retryRecords = records + RECORDS_BETWEEN_TRIES;
      LOG.warn("The journal of purges grows, since it cannot be written anew: {}", e.toString());
    }
  }

  private boolean isLong() {
    return (records > LEAST_RECORDS_TO_COMPACT && records > 2 * compactRecords)
        || (length > LEAST_BYTES_TO_COMPACT && length > 2 * compactBytes);
  }

  /// Writes the journal anew. If this fails, it goes on as it was, or as the new one.
  void compact(List<JournalRecord> compact) throws IOException {
    List<ByteBuffer> bytes = compact.stream().map(JournalRecord::bytes).toList();
    FileChannel written = writeBeside("journal", bytes);
    try {
      rename("journal");
    } catch (IOException e) {
      written.close();
      throw e;
    }
    Optional<FileChannel> former = channel;
    channel = Optional.of(written);
    records = compact.size();
    compactRecords = records;
    length = bytes.stream().mapToLong(ByteBuffer::limit).sum();
    compactBytes = length;
    retryRecords = 0;
    try {
      forceDirectory();
    } finally {
      if (former.isPresent()) {
        former.get().close();
      }
    }
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve("lock"),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            OWNER_ALONE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Held within this process: as bad as by another.
    }
    channel.close();
    throw new IOException(directory + " is in use by another process");
  }

  /// Replaces a file so that a crash leaves the old one or the new one.
  private void replace(String name, List<ByteBuffer> parts) throws IOException {
    writeBeside(name, parts).close();
    rename(name);
    forceDirectory();
  }

  /// The new file before it takes the place of the old one, at its end.
  private FileChannel writeBeside(String name, List<ByteBuffer> parts) throws IOException {
    Path temp = directory.resolve(name + NEW);
    Files.deleteIfExists(temp);
    FileChannel written =
        FileChannel.open(
            temp, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ALONE);
    try {
      for (ByteBuffer part : parts) {
        write(written, part);
      }
      written.force(true);
      return written;
    } catch (IOException e) {
      written.close();
      Files.deleteIfExists(temp);
      throw e;
    }
  }

  private void rename(String name) throws IOException {
    try {
      Files.move(
          directory.resolve(name + NEW),
          directory.resolve(name),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("a directory that cannot rename", e);
    }
  }

  private void forceDirectory() throws IOException {
    isDirectoryBehind = true;
    try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
      folder.force(true);
    }
    isDirectoryBehind = false;
  }

  private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /// Gives the directory back.
  @Override
  public void close() throws IOException {
    try {
      if (channel.isPresent()) {
        channel.get().close();
      }
    } finally {
      lock.close();
    }
  }
}
