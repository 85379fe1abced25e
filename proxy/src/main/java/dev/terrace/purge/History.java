package dev.terrace.purge;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// What an instance remembers of the shared log through a restart. Used by one thread at a time,
/// but for [#keep], which any may call.
public interface History {
  /// What was read back at the start.
  ///
  /// @param lineage of the log that was followed; empty if none ever was
  /// @param seq up to which it was applied
  /// @param nonce of the record at `seq`
  /// @param left lineages that were followed before, the last first
  /// @param pending purges accepted here that the log was not known to have
  /// @param members as it last told
  record Remembered(
      Optional<Long> lineage,
      long seq,
      long nonce,
      List<Long> left,
      List<PurgeRequest> pending,
      Members members) {
    public static final Remembered NOTHING =
        new Remembered(Optional.empty(), 0, 0, List.of(), List.of(), Members.NONE);

    public Remembered {
      left = List.copyOf(left);
      pending = List.copyOf(pending);
    }
  }

  /// Who follows the log.
  ///
  /// @param self whether this instance is on the list: purges wait for it, or name it
  /// @param others a line each, as the log has them
  record Members(Self self, List<String> others) {
    public static final Members NONE = new Members(Self.UNLISTED, List.of());

    public Members {
      others = List.copyOf(others);
    }
  }

  enum Self {
    LISTED,
    UNLISTED
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

  /// Whether anything of this instance outlives its process, so that it may hold what it forgot the
  /// purges of.
  boolean outlivesProcess();

  /// Keeps purges that were accepted here until [#advance] says that the log has them.
  ///
  /// @param gone ids of those that need not be kept any more
  /// @return whether they would survive a crash
  /// @throws IOException if they should, and would not as yet
  boolean keep(List<PurgeRequest> purges, List<String> gone) throws IOException;

  /// Keeps what was applied; done when this returns.
  ///
  /// @throws IOException if it would not survive a crash: nothing of it may be reported
  void advance(Advance advance) throws IOException;

  /// Keeps who follows the log.
  void heard(Members members) throws IOException;

  /// Begins to follow another lineage; what was pending stays so, and so does who was heard of.
  void adopt(long lineage) throws IOException;

  /// For an instance without a disk: nothing is remembered, and a restart makes another member.
  static History none() {
    return new History() {
      @Override
      public Remembered remembered() {
        return Remembered.NOTHING;
      }

      @Override
      public boolean outlivesProcess() {
        return false;
      }

      @Override
      public boolean keep(List<PurgeRequest> purges, List<String> gone) {
        return false;
      }

      @Override
      public void advance(Advance advance) {}

      @Override
      public void heard(Members members) {}

      @Override
      public void adopt(long lineage) {}
    };
  }
}
