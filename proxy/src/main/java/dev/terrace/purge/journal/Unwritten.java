package dev.terrace.purge.journal;

import dev.terrace.purge.Purge;
import java.util.ArrayDeque;
import java.util.List;

/// Purges that are in force and not on the disk yet, in the order of their stamps. When the disk
/// fails for long there are too many: then they are forgotten here, and the journal is to be
/// written anew from the table. Safe for use by any thread.
final class Unwritten {
  private static final int LIMIT = 10_000;

  // Guarded by this.
  private final ArrayDeque<Purge> purges = new ArrayDeque<>();

  /// How often there were too many, and how often there were when the journal was last written
  /// anew.
  private long overflows;

  private long mended;

  private volatile Runnable added = () -> {};

  /// @param overflown whether there were more than these
  /// @param overflows how often there were too many so far
  record Batch(List<Purge> purges, boolean overflown, long overflows) {}

  /// @param action run whenever there is something; it neither blocks nor waits
  void onAdded(Runnable action) {
    added = action;
  }

  void add(Purge purge) {
    synchronized (this) {
      if (purges.size() == LIMIT) {
        purges.clear();
        overflows++;
      }
      purges.add(purge);
    }
    added.run();
  }

  synchronized Batch all() {
    return new Batch(List.copyOf(purges), overflows > mended, overflows);
  }

  /// @param batch the latest that was taken
  synchronized void written(Batch batch) {
    long last = batch.purges().isEmpty() ? 0 : batch.purges().getLast().stamp();
    while (!purges.isEmpty() && purges.getFirst().stamp() <= last) {
      purges.removeFirst();
    }
    mended = batch.overflows();
  }
}
