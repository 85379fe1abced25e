package dev.terrace.purge.journal;

import dev.terrace.purge.Fence;
import dev.terrace.purge.PurgeTable;
import java.io.IOException;
import java.util.UUID;

/// What keeps the purges by which files are judged through restarts and crashes. One process has
/// the directory. Safe for use by any thread.
public sealed interface Journal extends AutoCloseable permits PurgeJournal, SharedHistory {
  /// What judges.
  PurgeTable table();

  /// The id of this journal.
  UUID id();

  /// How many times it has been opened.
  long boot();

  /// Returns once every purge up to this fence would survive a crash: before a file that carries it
  /// is written.
  void secure(Fence fence) throws IOException;

  /// Writes what is left and gives the directory back.
  @Override
  void close() throws IOException;
}
