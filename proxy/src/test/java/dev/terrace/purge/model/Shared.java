package dev.terrace.purge.model;

/// What a [State] holds once: the oracle's knowledge and the world outside the instances.
enum Shared {
  /// How many purges were received by anyone: the target's generation.
  RECEIVED,
  /// Purges that were answered with 200, a bit each.
  ACKED,
  /// Purges of which "redis: applied" was said, a bit each.
  APPLIED,
  /// Those of them of which it was said a lease ago.
  APPLIED_LONG,
  NEXT_LINEAGE,
  /// The copy that Sentinel's majority names: [Copies#MASTER] or [Copies#PROMOTED].
  RIGHTFUL,
  /// Which of three Sentinels name the promoted node, a bit each.
  VOTES,
  /// The window in which control data that was put back by hand protects nothing: 0 closed, 1 open,
  /// 2 closing.
  WINDOW,
  /// Ticks until a closing window is closed.
  WINDOW_LEFT,
  /// An entry as it was, for a node of entries that fails alone.
  OLD_ENTRY_LINEAGE,
  OLD_ENTRY_FENCE,
  OLD_ENTRY_GENERATION;

  static final int COUNT = values().length;
}
