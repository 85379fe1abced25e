package dev.terrace.purge.journal;

import dev.terrace.purge.Fence;
import dev.terrace.purge.Order;
import dev.terrace.purge.Purge;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Purger;
import dev.terrace.purge.Scope;
import dev.terrace.purge.Standing;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The purges of an instance that shares no log, kept on its disk so that they hold through
/// restarts and crashes.
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
public final class PurgeJournal implements Purger, Journal {
  private static final Logger LOG = LoggerFactory.getLogger(PurgeJournal.class);

  /// A purge that nobody waits for is written after this at the latest; more often than not with
  /// others.
  private static final Duration GROUPING = Duration.ofMillis(10);

  /// After a failure.
  private static final Duration RETRY = Duration.ofSeconds(1);

  private static final int MOST_UNSURE = 1_000;

  // Used by the writing thread alone.
  private final JournalFile file;
  private boolean failing;

  private final PurgeTable table;
  private final ScheduledExecutorService writer;
  private final Unwritten unwritten;
  private final AtomicBoolean writeScheduled = new AtomicBoolean();
  private volatile long securedStamp;

  // Guarded by itself: the stamps of purges that were not on the disk when they were answered.
  private final Map<String, Long> unsure =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          if (size() <= MOST_UNSURE) {
            return false;
          }
          forgottenStamp = Math.max(forgottenStamp, eldest.getValue());
          return true;
        }
      };

  /// Guarded by `unsure`: the highest stamp that it had no room for.
  private long forgottenStamp;

  private PurgeJournal(
      JournalFile file, PurgeTable table, Unwritten unwritten, ScheduledExecutorService writer) {
    this.file = file;
    this.table = table;
    this.unwritten = unwritten;
    this.writer = writer;
    this.securedStamp = table.capture().stamp();
  }

  /// Opens the journal in this directory, or begins one: also where it was meant to follow a log
  /// before, whose purges and stamps are not this one's to go on with.
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
    JournalFile file =
        JournalFile.open(
            directory, random, records -> records.stream().allMatch(PurgeJournal::isOwn));
    try {
      Unwritten unwritten = new Unwritten();
      PurgeTable table = new PurgeTable(file.boot().lineage(), bounds, Order.LOCAL, unwritten::add);
      for (JournalRecord record : file.remembered()) {
        if (record instanceof JournalRecord.Purged(Purge purge)) {
          table.restore(purge);
        } else if (record instanceof JournalRecord.Position(_, _, long stamp, long floor)) {
          table.restore(stamp, floor);
        }
      }
      file.begin(compact(table, file.boot()));
      PurgeJournal opened = new PurgeJournal(file, table, unwritten, writer);
      unwritten.onAdded(() -> opened.writeLater(GROUPING));
      return opened;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static boolean isOwn(JournalRecord record) {
    return record instanceof JournalRecord.Purged || record instanceof JournalRecord.Position;
  }

  /// What judges. A purge of it is taken note of here and written within some 10 ms, or with the
  /// next purge or file that is waited for.
  @Override
  public PurgeTable table() {
    return table;
  }

  @Override
  public UUID id() {
    return file.boot().store();
  }

  @Override
  public long boot() {
    return file.boot().count();
  }

  @Override
  public void purge(String id, List<Scope> scopes, Mode mode) {
    try {
      Fence _ = purge(scopes, mode);
    } catch (IOException e) {
      // The group that is to be written next says so, once.
      LOG.debug("A purge is in force, but would not survive a restart yet", e);
      synchronized (unsure) {
        unsure.put(id, table.capture().stamp());
      }
    }
  }

  @Override
  public Standing standing(String id) {
    synchronized (unsure) {
      boolean isDurable = unsure.getOrDefault(id, forgottenStamp) <= securedStamp;
      return new Standing(isDurable, Standing.Logged.NOT_SHARED, true, List.of());
    }
  }

  /// Purges these scopes and returns when that would survive a crash.
  ///
  /// @return the stamp of the last
  /// @throws IOException if it could not be written; the purges are in force in this process, and
  ///   are written with the next one that can be
  Fence purge(List<Scope> scopes, Mode mode) throws IOException {
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
        LOG.warn("Purges are in force but would not survive a restart: {}", e.getMessage());
      }
      writeLater(RETRY);
    }
  }

  @Override
  public void secure(Fence fence) throws IOException {
    if (fence.lineage() == file.boot().lineage() && fence.stamp() > securedStamp) {
      flush();
    }
  }

  /// Writes what has not been written yet, and returns when it would survive a crash.
  public void flush() throws IOException {
    new WritingThread(writer)
        .write(
            () -> {
              writeUnwritten();
              return securedStamp;
            });
  }

  private void writeUnwritten() throws IOException {
    Unwritten.Batch batch = unwritten.all();
    if (batch.overflown()) {
      long stamp = table.capture().stamp();
      file.compact(compact(table, file.boot()));
      unwritten.written(batch);
      securedStamp = stamp;
    } else if (!batch.purges().isEmpty()) {
      file.append(batch.purges().stream().<JournalRecord>map(JournalRecord.Purged::new).toList());
      unwritten.written(batch);
      securedStamp = batch.purges().getLast().stamp();
      file.compactIfLong(() -> Optional.of(compact(table, file.boot())));
    }
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

  @Override
  public void close() throws IOException {
    try {
      flush();
    } finally {
      file.close();
    }
  }
}
