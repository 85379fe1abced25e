package dev.terrace.purge.model;

import static dev.terrace.purge.model.Setting.serving;
import static dev.terrace.purge.model.Setting.strict;

import java.util.EnumSet;
import java.util.Set;

/// The worlds that every build goes through whole: two instances, every kind of fault once, and
/// what else a slice is about.
enum World {
  CALM(strict(2, 1).with(Feature.FILES, Feature.REDIS_ENTRIES)),
  AN_INSTANCE_CUT_OFF(
      strict(2, 1).with(Feature.FILES, Feature.REDIS_ENTRIES).with(Fault.CUT, 1), Step.HEAL),
  A_LOST_REPLY(strict(2, 1).with(Feature.REDIS_ENTRIES).with(Fault.LOST_REPLY, 1), Step.LOSE_REPLY),
  A_CRASH(strict(2, 1).with(Feature.FILES, Feature.REDIS_ENTRIES).with(Fault.CRASH, 1), Step.START),
  A_LOST_JOURNAL(strict(2, 1).with(Feature.FILES).with(Fault.LOST_JOURNAL, 1), Step.LOSE_JOURNAL),
  AN_INSTANCE_LEAVES(strict(2, 1).with(Feature.FILES).with(Fault.LEAVE, 1), Step.LEAVE),
  THE_CONTROL_KEY_EVICTED(strict(2, 1).with(Feature.FILES).with(Fault.EVICTION, 1), Step.BIRTH),
  REDIS_FLUSHED(strict(2, 1).with(Feature.FILES).with(Fault.FLUSH, 1), Step.BIRTH),
  THE_LOG_TRIMMED(
      strict(2, 1).with(Feature.FILES, Feature.REDIS_ENTRIES).with(Fault.TRIM, 1), Step.TRIM),
  A_RECORD_LOST(strict(2, 1).with(Feature.FILES).with(Fault.LOST_RECORD, 1), Step.BIRTH),
  REDIS_RESTARTED(strict(2, 1).with(Feature.FILES).with(Fault.RESTART, 1), Step.BIRTH),
  AN_OLDER_COPY(
      strict(2, 1).with(Fault.SAVE, 1).with(Fault.OLDER_COPY, 1), Step.RESTART_REDIS_WITH_SAVED),
  OLDER_DATA_IN_PLACE(
      strict(2, 1).with(Fault.SAVE, 1).with(Fault.IN_PLACE, 1), Step.RESTORE_IN_PLACE),
  OLDER_DATA_UNDER_A_LONE_INSTANCE(
      strict(1, 2)
          .with(Feature.FILES)
          .with(Fault.CRASH, 2)
          .with(Fault.SAVE, 1)
          .with(Fault.IN_PLACE, 1),
      Step.RESTORE_IN_PLACE),
  TWO_MASTERS(
      strict(2, 1).with(Feature.ASKING).with(Fault.SPLIT, 1).with(Fault.RECONNECT, 2),
      Step.NAME_REPLICA,
      Step.BIRTH),
  AN_OLD_ENTRY_COMES_BACK(
      strict(2, 1).with(Feature.REDIS_ENTRIES).with(Fault.OLD_ENTRY, 1), Step.RESTORE_OLD_ENTRY),
  TWO_PURGES_OF_A_LONE_INSTANCE(
      strict(1, 2).with(Feature.FILES, Feature.REDIS_ENTRIES).with(Fault.CRASH, 1), Step.START),
  A_PURGE_OF_ANOTHER_KEY(
      strict(1, 3).with(Feature.OTHER_KEY, Feature.FILES).with(Fault.CRASH, 1), Step.START),
  SOFT_AND_HARD(
      strict(1, 2).with(Feature.SOFT, Feature.FILES).with(Fault.CRASH, 1), Step.PROMOTE_FILE),
  TAGS(strict(2, 1).with(Feature.TAGS).with(Fault.CUT, 1), Step.JOIN),
  CONDITIONAL_REQUESTS(strict(2, 1).with(Feature.CONDITIONAL).with(Fault.CUT, 1)),
  ETAGS_KEPT(strict(2, 1).with(Feature.CONDITIONAL, Feature.KEPT_ETAGS).with(Fault.CUT, 1)),
  OLD_TABLES(
      strict(1, 2).with(Feature.CONDITIONAL, Feature.OLD_TABLES).with(Fault.EVICTION, 2),
      Step.BIRTH),
  RECEIPTS_FROM_ANYWHERE(
      strict(2, 1).with(Feature.RECEIPTS_ANYWHERE, Feature.FILES).with(Fault.CRASH, 1), Step.START),
  APPLIED_RECEIPTS(
      strict(2, 1).with(Feature.APPLIED_RECEIPTS, Feature.REDIS_ENTRIES), Step.SAY_APPLIED),
  HAND_OVER(strict(2, 1).with(Feature.HAND_OVER).with(Fault.CUT, 1), Step.HAND_OVER),
  A_TAIL_NOT_ON_THE_DISK(
      serving(2, 1).with(Feature.DISK_TAIL, Feature.FILES).with(Fault.CRASH, 1), Step.START),
  SERVING_WHILE_CUT_OFF(
      serving(2, 1).with(Feature.FILES, Feature.REDIS_ENTRIES).with(Fault.CUT, 1), Step.HEAL),
  SERVING_AFTER_A_CRASH(
      serving(2, 1).with(Feature.FILES, Feature.REDIS_ENTRIES).with(Fault.CRASH, 1), Step.START),
  SERVING_AFTER_AN_EVICTION(serving(2, 1).with(Fault.EVICTION, 1), Step.BIRTH),
  SERVING_AFTER_LEAVING(serving(2, 1).with(Feature.FILES).with(Fault.LEAVE, 1), Step.LEAVE),
  THE_SILENT_STRUCK_OFF(
      strict(2, 1).with(Feature.FILES).with(Fault.STRIKE, 1).with(Fault.CUT, 1), Step.STRIKE),
  WHO_FORGETS_STRUCK_OFF(
      serving(2, 1).with(Feature.FORGETFUL).with(Fault.STRIKE, 1).with(Fault.CUT, 1), Step.STRIKE),
  WHO_FORGETS_CRASHES(
      serving(2, 1).with(Feature.FORGETFUL).with(Fault.STRIKE, 1).with(Fault.CRASH, 1),
      Step.STRIKE),
  SERVING_WITHOUT_ITS_JOURNAL(
      serving(2, 1).with(Feature.FILES).with(Fault.LOST_JOURNAL, 1), Step.LOSE_JOURNAL);

  final Setting setting;

  /// What must have happened at least once, or the world proves nothing.
  final Set<Step> expected;

  World(Setting setting, Step... expected) {
    this.setting = setting;
    this.expected = EnumSet.of(Step.ACKNOWLEDGE, expected);
  }
}
