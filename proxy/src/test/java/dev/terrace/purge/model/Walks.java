package dev.terrace.purge.model;

/// Worlds too large to go through whole.
final class Walks {
  static final Setting STRICT = faulty(Setting.strict(3, 3));

  static final Setting SERVING =
      faulty(Setting.serving(3, 3))
          // Where the control key is lost and whoever makes the new one has not heard of a member,
          // nobody can name it if it is cut off.
          .with(Fault.LOST_JOURNAL, 0)
          .with(Fault.LEAVE, 0);

  static final Setting TWO_MASTERS =
      Setting.strict(3, 2)
          .with(Feature.FILES, Feature.REDIS_ENTRIES, Feature.ASKING, Feature.APPLIED_RECEIPTS)
          .with(Feature.RECEIPTS_ANYWHERE)
          .with(Fault.SAVE, 1)
          .with(Fault.SPLIT, 1)
          .with(Fault.RECONNECT, 6)
          .with(Fault.LAGGING_SPLIT, 1)
          .with(Fault.CRASH, 1)
          .with(Fault.EVICTION, 1)
          .with(Fault.LOST_REPLY, 1);

  private Walks() {}

  private static Setting faulty(Setting setting) {
    return setting
        .with(Feature.FILES, Feature.REDIS_ENTRIES, Feature.CONDITIONAL, Feature.HAND_OVER)
        .with(Feature.RECEIPTS_ANYWHERE, Feature.DISK_TAIL, Feature.SOFT, Feature.APPLIED_RECEIPTS)
        .with(Fault.STRIKE, 1)
        .with(Fault.CUT, 2)
        .with(Fault.LOST_REPLY, 1)
        .with(Fault.CRASH, 1)
        .with(Fault.LEAVE, 1)
        .with(Fault.LOST_JOURNAL, 1)
        .with(Fault.EVICTION, 1)
        .with(Fault.TRIM, 1)
        .with(Fault.LOST_RECORD, 1)
        .with(Fault.SAVE, 1)
        .with(Fault.OLDER_COPY, 1)
        .with(Fault.OLD_ENTRY, 1);
  }
}
