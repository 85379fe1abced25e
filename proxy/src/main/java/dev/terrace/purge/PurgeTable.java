package dev.terrace.purge;

/// The purges known here, folded into versions, and the judge of every entry (`purges.md`). Judging
/// takes no lock; purging takes a short one. Safe for use by any thread.
public final class PurgeTable {
  /// How a purge treats what it covers.
  public enum Mode {
    HARD,
    SOFT
  }

  /// @param lineage of this history
  public PurgeTable(long lineage) {
    throw new UnsupportedOperationException("not built yet");
  }

  /// The fence of a fetch that begins now.
  public Fence capture() {
    throw new UnsupportedOperationException("not built yet");
  }

  /// Applies a purge: when this returns, no entry with a fence captured before is current.
  public Fence purge(Scope scope, Mode mode) {
    throw new UnsupportedOperationException("not built yet");
  }

  public Verdict judge(Fenced entry) {
    throw new UnsupportedOperationException("not built yet");
  }
}
