package dev.terrace.purge.journal;

import dev.terrace.purge.Fence;
import dev.terrace.purge.Purge;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Purger;
import dev.terrace.purge.Scope;
import java.io.IOException;
import java.io.InterruptedIOException;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The purges of this instance, kept on its disk so that they hold through restarts and crashes.
///
/// A purge is in force in the table first, then written and forced to the disk, and only then
/// acknowledged. A file of the cache is only written once every purge up to its fence is on the
/// disk (`secure`). So after a crash the table that is read back knows every acknowledged purge,
/// and no file has a fence above it.
///
/// An incomplete record at the end is a write that a crash cut: it was never acknowledged and is
/// dropped. Any other fault, and a missing or unreadable `boot` or `journal`, means that purges may
/// be lost: then a new journal begins, with an id and a lineage of its own, so that everything
/// older is suspect.
///
/// One process has the directory. All writing is done by one thread, so that no lock is held across
/// it. Safe for use by any thread.
public final class PurgeJournal implements Purger, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PurgeJournal.class);

  /// Beyond this and twice what is remembered, the journal is written anew.
  private static final int LEAST_RECORDS_TO_COMPACT = 10_000;

  /// A purge that nobody waits for is written after this at the latest; more often than not with
  /// others.
  private static final Duration GROUPING = Duration.ofMillis(10);

  /// After a failure.
  private static final Duration RETRY = Duration.ofSeconds(1);

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ALONE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final FileAttribute<Set<PosixFilePermission>> OWNERS_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path directory;
  private final FileChannel lock;
  private final Boot boot;
  private final PurgeTable table;
  private final ScheduledExecutorService writer;

  private final Unwritten unwritten;
  private final AtomicBoolean writeScheduled = new AtomicBoolean();

  private volatile long securedStamp;

  // Used by the writing thread alone.
  private FileChannel journal;
  private long records;
  private boolean failing;

  private PurgeJournal(
      Path directory,
      FileChannel lock,
      Boot boot,
      PurgeTable table,
      Unwritten unwritten,
      ScheduledExecutorService writer,
      FileChannel journal,
      long records) {
    this.directory = directory;
    this.lock = lock;
    this.boot = boot;
    this.table = table;
    this.unwritten = unwritten;
    this.writer = writer;
    this.journal = journal;
    this.records = records;
    this.securedStamp = table.capture().stamp();
  }

  /// Opens the journal in this directory, or begins one.
  ///
  /// @param random makes ids; a secure one
  /// @param writer one platform thread, this journal's own; whoever made it ends it
  /// @throws IOException if another process has it, or the disk fails
  public static PurgeJournal open(
      Path directory,
      PurgeTable.Bounds bounds,
      RandomGenerator random,
      ScheduledExecutorService writer)
      throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(directory.toAbsolutePath().getParent());
      Files.createDirectory(directory, OWNERS_DIRECTORY);
    }
    FileChannel lock = lock(directory);
    try {
      return read(directory, bounds, random, writer, lock);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static PurgeJournal read(
      Path directory,
      PurgeTable.Bounds bounds,
      RandomGenerator random,
      ScheduledExecutorService writer,
      FileChannel lock)
      throws IOException {
    Optional<Boot> known = Boot.read(directory.resolve("boot"));
    Optional<List<JournalRecord>> records =
        known.isPresent()
            ? Replay.read(directory.resolve("journal"), known.get())
            : Optional.empty();
    Boot boot = records.isPresent() ? known.orElseThrow().next() : Boot.first(random);
    Unwritten unwritten = new Unwritten();
    PurgeTable table = new PurgeTable(boot.lineage(), bounds, unwritten::add);
    for (JournalRecord record : records.orElse(List.of())) {
      switch (record) {
        case JournalRecord.Purged(Purge purge) -> table.restore(purge);
        case JournalRecord.Position(_, _, long stamp, long floor) -> table.restore(stamp, floor);
      }
    }
    // A crash between the two leaves a journal that is one boot ahead, or one without its boot.
    if (records.isEmpty()) {
      Files.deleteIfExists(directory.resolve("boot"));
    }
    List<JournalRecord> compact = compact(table, boot);
    replace(directory, "journal", compact);
    replace(directory, "boot", boot.bytes());
    FileChannel journal = append(directory.resolve("journal"));
    PurgeJournal opened =
        new PurgeJournal(directory, lock, boot, table, unwritten, writer, journal, compact.size());
    unwritten.onAdded(() -> opened.writeLater(GROUPING));
    return opened;
  }

  /// What judges. A purge of it is taken note of here and written within some 10 ms, or with the
  /// next purge or file that is waited for.
  public PurgeTable table() {
    return table;
  }

  /// The id of this journal.
  public UUID id() {
    return boot.store();
  }

  /// How many times it has been opened.
  public long boot() {
    return boot.count();
  }

  /// Purges these scopes and returns when that would survive a crash: for purges that someone waits
  /// for.
  ///
  /// @return the stamp of the last
  /// @throws IOException if it could not be written; the purges are in force in this process, and
  ///   are written with the next one that can be
  @Override
  public Fence purge(List<Scope> scopes, Mode mode) throws IOException {
    Fence last = table.capture();
    for (Scope scope : scopes) {
      last = table.purge(scope, mode);
    }
    secure(last);
    return last;
  }

  private void writeLater(Duration delay) {
    if (!writeScheduled.compareAndSet(false, true)) {
      return;
    }
    try {
      var _ = writer.schedule(this::writeGroup, delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // The process stops, and `close` has written what there was.
      LOG.debug("a purge after the journal was closed", e);
    }
  }

  private void writeGroup() {
    writeScheduled.set(false);
    try {
      writeUnwritten();
      if (failing) {
        failing = false;
        LOG.info("Purges are written again");
      }
    } catch (IOException e) {
      if (!failing) {
        failing = true;
        LOG.warn("Purges are in force but would not survive a restart: {}", e.toString());
      }
      writeLater(RETRY);
    }
  }

  /// Returns once every purge up to this fence would survive a crash.
  public void secure(Fence fence) throws IOException {
    if (!isDurable(fence)) {
      flush();
    }
  }

  @Override
  public boolean isDurable(Fence fence) {
    return fence.lineage() != boot.lineage() || fence.stamp() <= securedStamp;
  }

  /// Writes what has not been written yet, and returns when it would survive a crash.
  public void flush() throws IOException {
    try {
      writer
          .submit(
              () -> {
                writeUnwritten();
                return securedStamp;
              })
          .get();
    } catch (ExecutionException e) {
      throw new IOException("the journal of purges cannot be written", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a purge was written");
    }
  }

  private void writeUnwritten() throws IOException {
    Unwritten.Batch batch = unwritten.all();
    if (batch.overflown()) {
      long stamp = table.capture().stamp();
      compact();
      unwritten.written(batch);
      securedStamp = stamp;
    } else if (!batch.purges().isEmpty()) {
      append(batch.purges());
      unwritten.written(batch);
      securedStamp = batch.purges().getLast().stamp();
      compactIfLong();
    }
  }

  private void append(List<Purge> purges) throws IOException {
    long end = journal.size();
    try {
      for (Purge purge : purges) {
        write(journal, new JournalRecord.Purged(purge).bytes());
      }
      journal.force(false);
      records += purges.size();
    } catch (IOException e) {
      // What was written in part must not stand before what is written next.
      journal.truncate(end);
      throw e;
    }
  }

  private void compactIfLong() throws IOException {
    if (records <= LEAST_RECORDS_TO_COMPACT) {
      return;
    }
    if (records > 2L * table.remembered().size()) {
      compact();
    }
  }

  private void compact() throws IOException {
    List<JournalRecord> compact = compact(table, boot);
    replace(directory, "journal", compact);
    journal.close();
    journal = append(directory.resolve("journal"));
    records = compact.size();
  }

  /// The position is taken first: purges that come meanwhile are restored above it.
  private static List<JournalRecord> compact(PurgeTable table, Boot boot) {
    List<JournalRecord> records = new ArrayList<>();
    long stamp = table.capture().stamp();
    List<Purge> remembered = table.remembered();
    records.add(new JournalRecord.Position(boot.lineage(), boot.count(), stamp, table.floor()));
    remembered.forEach(purge -> records.add(new JournalRecord.Purged(purge)));
    return records;
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

  private static void replace(Path directory, String name, List<JournalRecord> records)
      throws IOException {
    List<ByteBuffer> parts = new ArrayList<>();
    records.forEach(record -> parts.add(record.bytes()));
    replace(directory, name, parts.toArray(ByteBuffer[]::new));
  }

  /// Replaces a file so that a crash leaves the old one or the new one.
  private static void replace(Path directory, String name, ByteBuffer... parts) throws IOException {
    Path temp = directory.resolve(name + ".new");
    Files.deleteIfExists(temp);
    try (FileChannel channel =
        FileChannel.open(
            temp, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ALONE)) {
      for (ByteBuffer part : parts) {
        write(channel, part);
      }
      channel.force(true);
    }
    try {
      Files.move(
          temp,
          directory.resolve(name),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("a directory that cannot rename", e);
    }
    try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private static FileChannel append(Path file) throws IOException {
    return FileChannel.open(file, Set.of(StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS));
  }

  private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /// Writes what is left and gives the directory back.
  @Override
  public void close() throws IOException {
    try {
      flush();
    } finally {
      journal.close();
      lock.close();
    }
  }
}
