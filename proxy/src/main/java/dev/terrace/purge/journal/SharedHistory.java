package dev.terrace.purge.journal;

import dev.terrace.purge.Fence;
import dev.terrace.purge.History;
import dev.terrace.purge.LeftLineages;
import dev.terrace.purge.Order;
import dev.terrace.purge.Purge;
import dev.terrace.purge.PurgeRequest;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.Stamp;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// What an instance that shares the log of purges keeps of it on its disk: the lineage that it
/// follows, how far, with which purges, and the purges that it accepted and the log may not have.
///
/// What was applied is written before it is reported, and before a file with such a fence is. So
/// after a crash the table that is read back is where the log was last told that this instance is,
/// or later, and a file whose fence is above it is known to be one whose purges may be missing.
/// Where the disk fails, reading goes on and reporting waits.
///
/// All writing is done by one thread. Safe for use by any thread.
public final class SharedHistory implements History, Journal {
  /// For what was applied and is being written.
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final PurgeTable table;
  private final Remembered remembered;
  private final WritingThread writer;

  // Used by the writing thread alone, once this is made.
  private final JournalFile file;
  private Optional<Long> lineage;
  private final LeftLineages left;
  private final Map<String, PurgeRequest> pending;
  private JournalRecord.Applied applied;
  private Members members;

  // Guarded by this.
  private Fence secured;

  private SharedHistory(
      JournalFile file, Contents contents, PurgeTable table, ExecutorService writer) {
    this.file = file;
    this.table = table;
    this.writer = new WritingThread(writer);
    this.lineage = contents.lineage;
    this.left = contents.left;
    this.pending = contents.pending;
    this.applied = contents.applied;
    this.members = contents.members;
    this.secured = table.capture();
    this.remembered =
        new Remembered(
            lineage,
            applied.seq(),
            applied.nonce(),
            left.all(),
            List.copyOf(pending.values()),
            members);
  }

  /// What the records come to.
  private static final class Contents {
    private static final JournalRecord.Applied NOTHING = new JournalRecord.Applied(0, 0, 0);

    private Optional<Long> lineage = Optional.empty();
    private final LeftLineages left = new LeftLineages(List.of());
    private final List<Purge> purges = new ArrayList<>();
    private final Map<String, PurgeRequest> pending = new LinkedHashMap<>();
    private JournalRecord.Applied applied = NOTHING;
    private Optional<PurgeTable.Former> former = Optional.empty();
    private Members members = Members.NONE;

    void add(JournalRecord record) {
      switch (record) {
        // Of a time when no log was shared: nothing of it can be compared with what is.
        case JournalRecord.Position _ -> {}
        case JournalRecord.Purged(Purge purge) -> purges.add(purge);
        case JournalRecord.Pending(PurgeRequest purge) -> pending.put(purge.id(), purge);
        case JournalRecord.Done(String id) -> pending.remove(id);
        // What was forgotten here stays so, whatever the log still has.
        case JournalRecord.Applied(long seq, long nonce, long floor) ->
            applied = new JournalRecord.Applied(seq, nonce, Math.max(applied.floor(), floor));
        case JournalRecord.Heard(Members heard) -> members = heard;
        case JournalRecord.Left(long old) -> left.leftBefore(old);
        case JournalRecord.Adopted(long adopted) -> {
          lineage.ifPresent(left::leave);
          former = lineage.map(this::former);
          lineage = Optional.of(adopted);
          purges.clear();
          applied = NOTHING;
        }
      }
    }

    private PurgeTable.Former former(long old) {
      return new PurgeTable.Former(
          new Fence(old, Stamp.of(applied.seq())), applied.floor(), purges);
    }

    PurgeTable table(PurgeTable.Bounds bounds, long otherwise, Consumer<Purge> recorder) {
      PurgeTable table = new PurgeTable(lineage.orElse(otherwise), bounds, Order.SHARED, recorder);
      if (lineage.isPresent()) {
        purges.forEach(table::restore);
        table.restore(Stamp.of(applied.seq()), applied.floor());
        former.ifPresent(table::restore);
      }
      return table;
    }
  }

  /// Opens what is kept in this directory, or begins it.
  ///
  /// @param random makes ids; a secure one
  /// @param recorder of the table
  /// @param writer one platform thread, this journal's own; whoever made it ends it
  /// @throws IOException if another process has it, or the disk fails
  public static SharedHistory open(
      Path directory,
      PurgeTable.Bounds bounds,
      RandomGenerator random,
      Consumer<Purge> recorder,
      ExecutorService writer)
      throws IOException {
    JournalFile file = JournalFile.open(directory, random, _ -> true);
    try {
      Contents contents = new Contents();
      file.remembered().forEach(contents::add);
      PurgeTable table = contents.table(bounds, random.nextLong(), recorder);
      SharedHistory history = new SharedHistory(file, contents, table, writer);
      file.begin(history.compact());
      return history;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

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
  public Remembered remembered() {
    return remembered;
  }

  @Override
  public boolean outlivesProcess() {
    return true;
  }

  @Override
  public boolean keep(List<PurgeRequest> purges, List<String> gone) throws IOException {
    return writer.write(
        () -> {
          List<JournalRecord> records = new ArrayList<>();
          for (PurgeRequest purge : purges) {
            pending.put(purge.id(), purge);
            records.add(new JournalRecord.Pending(purge));
          }
          for (String id : gone) {
            pending.remove(id);
            records.add(new JournalRecord.Done(id));
          }
          file.append(records);
          compactIfLong();
          return true;
        });
  }

  @Override
  public void advance(Advance advance) throws IOException {
    writer.write(
        () -> {
          List<JournalRecord> records = new ArrayList<>();
          advance.purges().forEach(purge -> records.add(new JournalRecord.Purged(purge)));
          advance.done().forEach(id -> records.add(new JournalRecord.Done(id)));
          long floor = Math.max(applied.floor(), advance.floor());
          var now = new JournalRecord.Applied(advance.seq(), advance.nonce(), floor);
          records.add(now);
          file.append(records);
          applied = now;
          advance.done().forEach(pending::remove);
          secured(new Fence(lineage.orElseThrow(), Stamp.of(advance.seq())));
          compactIfLong();
          return true;
        });
  }

  /// Not while the table is of another lineage than the journal: it is adopted after it.
  private void compactIfLong() {
    file.compactIfLong(
        () -> {
          boolean isSame = isTableOfLineage();
          List<JournalRecord> records = compact();
          return isSame && isTableOfLineage() ? Optional.of(records) : Optional.empty();
        });
  }

  private boolean isTableOfLineage() {
    return lineage.isEmpty() || lineage.get() == table.capture().lineage();
  }

  @Override
  public void adopt(long adopted) throws IOException {
    writer.write(
        () -> {
          file.append(List.of(new JournalRecord.Adopted(adopted)));
          lineage.ifPresent(left::leave);
          lineage = Optional.of(adopted);
          applied = Contents.NOTHING;
          secured(new Fence(adopted, 0));
          return true;
        });
  }

  @Override
  public void heard(Members heard) throws IOException {
    writer.write(
        () -> {
          file.append(List.of(new JournalRecord.Heard(heard)));
          members = heard;
          return true;
        });
  }

  private synchronized void secured(Fence fence) {
    secured = fence;
    notifyAll();
  }

  @Override
  public void secure(Fence fence) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    synchronized (this) {
      // Of another lineage it is suspect in any case.
      while (fence.lineage() == secured.lineage() && fence.stamp() > secured.stamp()) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          throw new IOException("the journal of purges is behind");
        }
        try {
          wait(Math.max(1, left / 1_000_000));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("interrupted while purges were written");
        }
      }
    }
  }

  /// A purge made since the last answer of the log has a stamp that nobody else could order: it
  /// stands for one that the log ordered, and that it may hide.
  private List<JournalRecord> compact() {
    List<JournalRecord> records = new ArrayList<>();
    records.add(new JournalRecord.Position(file.boot().lineage(), file.boot().count(), 0, 0));
    if (lineage.isPresent()) {
      table.former().ifPresent(former -> add(records, former));
      records.add(new JournalRecord.Adopted(lineage.get()));
      left.all().forEach(old -> records.add(new JournalRecord.Left(old)));
      add(records, table.remembered());
      // Asked for after the purges: what is forgotten meanwhile is below it.
      long floor = Math.max(applied.floor(), Stamp.of(Stamp.seq(table.floor())));
      records.add(new JournalRecord.Applied(applied.seq(), applied.nonce(), floor));
    }
    records.add(new JournalRecord.Heard(members));
    pending.values().forEach(purge -> records.add(new JournalRecord.Pending(purge)));
    return records;
  }

  /// It is left once the next one is adopted.
  private static void add(List<JournalRecord> records, PurgeTable.Former former) {
    records.add(new JournalRecord.Adopted(former.position().lineage()));
    add(records, former.purges());
    long seq = Stamp.seq(former.position().stamp());
    records.add(new JournalRecord.Applied(seq, 0, Stamp.of(Stamp.seq(former.floor()))));
  }

  private static void add(List<JournalRecord> records, List<Purge> purges) {
    for (Purge purge : purges) {
      long stamp = Stamp.of(Stamp.seq(purge.stamp()));
      if (stamp > 0) {
        records.add(new JournalRecord.Purged(new Purge(purge.scope(), purge.mode(), stamp)));
      }
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
