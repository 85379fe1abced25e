package dev.terrace.purge.model;

/// What may go wrong, each as often as a [Setting] allows.
enum Fault {
  /// An instance is cut off from Redis; it may be connected again at any time.
  CUT,
  /// A reply is lost.
  LOST_REPLY,
  /// An instance crashes; it may start again at any time.
  CRASH,
  /// An instance crashes and loses its journal.
  LOST_JOURNAL,
  /// An instance stops in an orderly way.
  LEAVE,
  /// A member that was silent for a lease, which stands for a day, is struck off the list.
  STRIKE,
  /// The control key is evicted.
  EVICTION,
  /// Everything in Redis is deleted.
  FLUSH,
  /// The oldest record is trimmed, as the script does it.
  TRIM,
  /// A record vanishes.
  LOST_RECORD,
  /// Redis's data are saved: a dump, a replica that lags from here on.
  SAVE,
  /// Redis restarts with all its data.
  RESTART,
  /// Redis restarts with what was saved.
  OLDER_COPY,
  /// What was saved is put back into the running process.
  IN_PLACE,
  /// A replica is promoted, and becomes the rightful node later, while the old master lives on.
  SPLIT,
  /// As SPLIT, and the replica has what was saved.
  LAGGING_SPLIT,
  /// An instance connects to the promoted replica, or back to the old master.
  RECONNECT,
  /// The node that holds entries, but not the control key, goes back to an older copy.
  OLD_ENTRY;

  static final int COUNT = values().length;
}
