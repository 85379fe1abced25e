package dev.terrace.purge.model;

/// How far a sync has come; [Own#SYNC] holds one of these.
final class SyncPhase {
  static final int NONE = 0;
  static final int SENT = 1;

  /// The script ran and gave what is newer.
  static final int RAN = 2;

  /// The script ran and found another lineage.
  static final int RAN_OTHER = 3;

  /// The script ran and found cause for doubt.
  static final int RAN_DOUBT = 4;

  /// Applied; the rightful node is still to be asked for.
  static final int APPLIED = 5;

  /// In doubt; the rightful node is still to be asked for.
  static final int DOUBT = 6;

  /// In doubt, and the node is the rightful one: a birth may follow.
  static final int BIRTH = 7;

  /// Whether the time of sending still matters.
  static boolean mayRenew(int phase) {
    return phase == SENT || phase == RAN || phase == APPLIED;
  }

  private SyncPhase() {}
}
