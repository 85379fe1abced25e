package dev.terrace.purge.model;

import static dev.terrace.purge.model.Setting.serving;
import static dev.terrace.purge.model.Setting.strict;

/// Worlds that take minutes.
enum LargeWorld {
  TWO_PURGES(strict(2, 2).with(Feature.REDIS_ENTRIES)),
  TWO_PURGES_ONE_OF_ANOTHER_KEY(strict(2, 2).with(Feature.OTHER_KEY, Feature.REDIS_ENTRIES)),
  TWO_PURGES_AND_A_CRASH(strict(2, 2).with(Feature.FILES).with(Fault.CRASH, 1)),
  A_LEASE_OF_TWO_TICKS(
      strict(2, 1).withLeaseOf(2).with(Feature.FILES, Feature.REDIS_ENTRIES).with(Fault.CUT, 2)),
  A_LEASE_OF_TWO_TICKS_AND_AN_EVICTION(
      strict(2, 1).withLeaseOf(2).with(Feature.FILES).with(Fault.EVICTION, 1)),
  AN_EVICTION_IN_EVERY_LAYER(
      strict(2, 1).with(Feature.FILES, Feature.REDIS_ENTRIES).with(Fault.EVICTION, 1)),
  TWO_EVICTIONS(strict(2, 1).with(Fault.EVICTION, 2)),
  AN_EVICTION_AND_A_CRASH(
      strict(2, 1).with(Feature.FILES).with(Fault.EVICTION, 1).with(Fault.CRASH, 1)),
  AN_OLDER_COPY_AND_FILES(
      strict(2, 1).with(Feature.FILES).with(Fault.SAVE, 1).with(Fault.OLDER_COPY, 1)),
  OLDER_DATA_IN_PLACE_AND_FILES(
      strict(2, 1).with(Feature.FILES).with(Fault.SAVE, 1).with(Fault.IN_PLACE, 1)),
  A_LOST_JOURNAL_IN_EVERY_LAYER(
      strict(2, 1).with(Feature.FILES, Feature.REDIS_ENTRIES).with(Fault.LOST_JOURNAL, 1)),
  LEAVING_FROM_A_COLD_START(
      strict(2, 1).with(Feature.COLD, Feature.FILES, Feature.REDIS_ENTRIES).with(Fault.LEAVE, 1)),
  TWO_MASTERS_TO_AND_FRO(
      strict(2, 1).with(Feature.ASKING).with(Fault.SPLIT, 1).with(Fault.RECONNECT, 4)),
  TWO_MASTERS_AND_FILES(
      strict(2, 1)
          .with(Feature.ASKING, Feature.FILES)
          .with(Fault.SPLIT, 1)
          .with(Fault.RECONNECT, 2)),
  A_REPLICA_THAT_LAGS(
      strict(2, 1)
          .with(Feature.ASKING)
          .with(Fault.SAVE, 1)
          .with(Fault.LAGGING_SPLIT, 1)
          .with(Fault.RECONNECT, 2)),
  THREE_SENTINELS(
      strict(2, 1)
          .with(Feature.ASKING, Feature.SENTINELS)
          .with(Fault.SPLIT, 1)
          .with(Fault.RECONNECT, 2)),
  APPLIED_BETWEEN_TWO_MASTERS(
      strict(2, 1)
          .with(Feature.ASKING, Feature.APPLIED_RECEIPTS)
          .with(Fault.SPLIT, 1)
          .with(Fault.RECONNECT, 2)),
  HAND_OVER_IN_EVERY_LAYER(
      strict(2, 1)
          .with(Feature.HAND_OVER, Feature.RECEIPTS_ANYWHERE, Feature.REDIS_ENTRIES)
          .with(Fault.CUT, 2)),
  HAND_OVER_OVER_A_BIRTH(strict(2, 1).with(Feature.HAND_OVER).with(Fault.EVICTION, 1)),
  SERVING_IN_EVERY_LAYER_AFTER_AN_EVICTION(
      serving(2, 1).with(Feature.FILES, Feature.REDIS_ENTRIES).with(Fault.EVICTION, 1)),
  SERVING_THROUGH_CRASH_AND_EVICTION(
      serving(2, 1).with(Feature.FILES).with(Fault.CRASH, 1).with(Fault.EVICTION, 1)),
  SERVING_BETWEEN_TWO_MASTERS(
      serving(2, 1).with(Feature.ASKING).with(Fault.SPLIT, 1).with(Fault.RECONNECT, 2)),
  SERVING_WITH_A_TAIL_IN_EVERY_LAYER(
      serving(2, 1)
          .with(Feature.DISK_TAIL, Feature.FILES, Feature.REDIS_ENTRIES)
          .with(Fault.CRASH, 1)),
  STRUCK_OFF_IN_EVERY_LAYER(
      strict(2, 1)
          .with(Feature.FILES, Feature.REDIS_ENTRIES)
          .with(Fault.STRIKE, 1)
          .with(Fault.CUT, 2)
          .with(Fault.CRASH, 1)),
  STRUCK_OFF_AND_AN_EVICTION(
      serving(2, 1)
          .with(Feature.FORGETFUL, Feature.RECEIPTS_ANYWHERE)
          .with(Fault.STRIKE, 1)
          .with(Fault.CUT, 1)
          .with(Fault.EVICTION, 1)),
  THREE_INSTANCES_ONE_STRUCK_OFF(
      serving(3, 1).with(Feature.FORGETFUL).with(Fault.STRIKE, 1).with(Fault.CUT, 1)),
  THREE_INSTANCES(strict(3, 1).with(Fault.CUT, 1)),
  THREE_INSTANCES_AND_FILES(strict(3, 1).with(Feature.FILES).with(Fault.CRASH, 1));

  final Setting setting;

  LargeWorld(Setting setting) {
    this.setting = setting;
  }
}
