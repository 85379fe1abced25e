package dev.terrace.purge;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// What an instance remembers of the shared log through a restart. Used by one thread at a time,
/// but for [#accept], which any may call.
public interface History {
  /// What was read back at the start.
  ///
  /// @param lineage of the log that was followed; empty if none ever was
  /// @param seq up to which it was applied
  /// @param nonce of the record at `seq`
  /// @param left lineages that were followed before, the last first
  /// @param pending purges accepted here that the log was not known to have
  record Remembered(
      Optional<Long> lineage, long seq, long nonce, List<Long> left, List<PurgeRequest> pending) {
    public static final Remembered NOTHING =
        new Remembered(Optional.empty(), 0, 0, List.of(), List.of());

    public Remembered {
      left = List.copyOf(left);
      pending = List.copyOf(pending);
    }
  }

  /// What one answer of the log brought.
  ///
  /// @param purges with their stamps
  /// @param done ids of pending purges that it has
  /// @param seq applied by now
  /// @param nonce of the record at `seq`
  /// @param floor stamp below which purges may be forgotten
  record Advance(List<Purge> purges, List<String> done, long seq, long nonce, long floor) {}

  Remembered remembered();

  /// Keeps a purge that was accepted here until [#advance] says that the log has it.
  ///
  /// @return whether it would survive a crash
  /// @throws IOException if it should, and would not as yet
  boolean accept(PurgeRequest purge) throws IOException;

  /// Keeps what was applied; done when this returns.
  ///
  /// @throws IOException if it would not survive a crash: nothing of it may be reported
  void advance(Advance advance) throws IOException;

  /// Begins to follow another lineage; what was pending stays so.
  void adopt(long lineage) throws IOException;

  /// For an instance without a disk: nothing is remembered, and a restart makes another member.
  static History none() {
    return new History() {
      @Override
      public Remembered remembered() {
        return Remembered.NOTHING;
      }

      @Override
      public boolean accept(PurgeRequest purge) {
        return false;
      }

      @Override
      public void advance(Advance advance) {}

      @Override
      public void adopt(long lineage) {}
    };
  }
}
