package dev.terrace.purge.model;

import static dev.terrace.purge.model.Setting.serving;
import static dev.terrace.purge.model.Setting.strict;

/// Bugs that can be put into the model: each takes one guard of the protocol away. Each comes with
/// the smallest world in which it does harm.
enum Planted {
  LEASE_IGNORED(strict(2, 1).with(Fault.CUT, 1)),
  FILES_TRUSTED_BEFORE_THE_LEASE(strict(2, 1).with(Feature.FILES).with(Fault.CRASH, 1)),
  MEMBERS_NOT_ASKED(strict(2, 1)),
  FLOOR_IGNORED(strict(2, 1).with(Fault.TRIM, 1)),
  LOCAL_PURGE_UNSTAMPED(strict(1, 1)),
  FENCE_AT_THE_END_OF_A_FILL(strict(1, 1)),
  FENCE_AT_THE_END_OF_A_304(strict(1, 1).with(Feature.CONDITIONAL)),
  FOLLOWER_JOINS_AN_OLD_FETCH(strict(1, 1)),
  HEAD_RECREATED_WITH_ITS_LINEAGE(strict(2, 1).with(Fault.FLUSH, 1)),
  /// After an adoption: the end of the log, instead of its beginning.
  POSITION_ASSUMED(strict(2, 1).with(Feature.REDIS_ENTRIES).with(Fault.EVICTION, 1)),
  RUN_UNCHECKED(
      strict(2, 1)
          .with(Feature.FILES)
          .with(Fault.CRASH, 1)
          .with(Fault.SAVE, 1)
          .with(Fault.OLDER_COPY, 1)),
  BEAT_UNCHECKED(
      strict(2, 1)
          .with(Fault.CUT, 1)
          .with(Fault.CRASH, 1)
          .with(Fault.SAVE, 1)
          .with(Fault.IN_PLACE, 1)),
  NONCE_UNCHECKED(
      strict(1, 2)
          .with(Feature.FILES)
          .with(Fault.CRASH, 2)
          .with(Fault.SAVE, 1)
          .with(Fault.IN_PLACE, 1)),
  GAP_IGNORED(strict(2, 1).with(Fault.LOST_RECORD, 1)),
  RIGHTFUL_UNASKED(twoMasters()),
  RIGHTFUL_ASKED_BEFORE_THE_SCRIPT(twoMasters()),
  RIGHTFUL_UNASKED_BEFORE_A_BIRTH(twoMasters()),
  PROMOTION_UNCHECKED(strict(2, 1).with(Feature.REDIS_ENTRIES)),
  PROMOTION_UNCLAMPED(strict(2, 2).with(Feature.REDIS_ENTRIES)),
  REDIS_READ_WHILE_PENDING(strict(2, 2).with(Feature.REDIS_ENTRIES)),
  LINEAGE_IGNORED(strict(2, 1).with(Feature.FILES).with(Fault.EVICTION, 1)),
  FETCH_SURVIVES_A_LINEAGE(strict(2, 1).with(Fault.EVICTION, 1)),
  PENDING_NOT_DURABLE(strict(1, 1).with(Feature.FILES).with(Fault.CRASH, 1)),
  PENDING_NOT_CARRIED(strict(2, 1).with(Feature.REDIS_ENTRIES).with(Fault.EVICTION, 1)),
  PENDING_FORGOTTEN_AT_THE_APPEND(serving(1, 1).with(Feature.FILES).with(Fault.CRASH, 1)),
  READ_BACK_WITHOUT_A_LEASE(twoMasters().with(Feature.APPLIED_RECEIPTS)),
  APPLIED_AT_THE_APPEND(twoMasters().with(Feature.APPLIED_RECEIPTS)),
  NO_STAMP_AT_THE_READ_BACK(strict(2, 2).with(Feature.REDIS_ENTRIES)),
  NO_SETTLING(strict(2, 1).with(Fault.EVICTION, 1)),
  SETTLED_KEPT_OVER_A_BIRTH(strict(2, 1).with(Fault.RESTART, 1)),
  CONFIRMATION_REUSED_WITHOUT_A_LEASE(strict(2, 1).with(Fault.CUT, 1)),
  LEASE_FROM_THE_REPLY(strict(2, 1)),
  LEASE_BEFORE_REGISTRATION(strict(2, 1).with(Feature.FILES).with(Fault.CRASH, 1)),
  REPORT_BEFORE_APPLYING(strict(2, 1)),
  LEFT_LINEAGE_TRUSTED(
      strict(1, 1).with(Fault.EVICTION, 1).with(Fault.SAVE, 1).with(Fault.IN_PLACE, 1)),
  LOC_IN_FILES(serving(1, 3).with(Feature.FILES).with(Fault.CRASH, 1)),

  // Guards of the slices.

  TAGS_NOT_JUDGED_AT_THE_HEAD(strict(1, 1).with(Feature.TAGS)),
  SOFT_TAKEN_FOR_CURRENT(strict(1, 1).with(Feature.SOFT)),
  BASE_JUDGED_BEFORE_THE_FENCE(strict(1, 1).with(Feature.CONDITIONAL, Feature.KEPT_ETAGS)),
  PURGED_ENTRY_AS_BASE(strict(1, 1).with(Feature.CONDITIONAL, Feature.KEPT_ETAGS)),
  OLD_TABLES_FORGOTTEN(
      strict(2, 1).with(Feature.CONDITIONAL, Feature.OLD_TABLES).with(Fault.EVICTION, 1)),
  REPORT_BEFORE_FSYNC(serving(2, 1).with(Feature.DISK_TAIL, Feature.FILES).with(Fault.CRASH, 1)),
  /// A receipt of a purge that another instance accepted.
  RECEIPT_BEFORE_FSYNC(
      serving(2, 1)
          .with(Feature.DISK_TAIL, Feature.FILES, Feature.RECEIPTS_ANYWHERE)
          .with(Fault.CRASH, 1)),
  FILE_BEFORE_FSYNC(
      strict(1, 2)
          .with(Feature.DISK_TAIL, Feature.FILES)
          .with(Fault.CRASH, 1)
          .with(Fault.SAVE, 1)
          .with(Fault.IN_PLACE, 1)),
  SILENCE_BINDS_WITH_SERVE(serving(2, 1).with(Fault.CUT, 1)),
  MEMBERS_FORGOTTEN_AT_A_BIRTH(serving(2, 1).with(Fault.EVICTION, 1)),
  SETTLING_BINDS_WITH_SERVE(serving(2, 1).with(Fault.EVICTION, 1)),
  SERVING_WITHOUT_MEMBERSHIP(serving(2, 1).with(Feature.FILES).with(Fault.LEAVE, 1)),
  STRUCK_THOUGH_IT_WAS_HEARD_OF(strict(2, 1).with(Fault.STRIKE, 1)),
  STRUCK_WHO_SERVES_FOR_EVER(serving(2, 1).with(Fault.STRIKE, 1).with(Fault.CUT, 1)),
  TRUST_WITHOUT_END(serving(2, 1).with(Feature.FORGETFUL).with(Fault.STRIKE, 1).with(Fault.CUT, 1)),
  ONE_SENTINEL_IS_ENOUGH(twoMasters().with(Feature.SENTINELS));

  final Setting world;

  Planted(Setting world) {
    this.world = world;
  }

  private static Setting twoMasters() {
    return strict(2, 1).with(Feature.ASKING).with(Fault.SPLIT, 1).with(Fault.RECONNECT, 1);
  }
}
