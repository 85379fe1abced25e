package dev.terrace.purge.model;

import static dev.terrace.purge.model.Setting.serving;
import static dev.terrace.purge.model.Setting.strict;

/// For each bug the smallest world in which it does harm.
final class Hunt {
  private Hunt() {}

  static Setting worldOf(Planted bug) {
    return world(bug).planting(bug);
  }

  private static Setting world(Planted bug) {
    return switch (bug) {
      case LOCAL_PURGE_UNSTAMPED, FENCE_AT_THE_END_OF_A_FILL, FOLLOWER_JOINS_AN_OLD_FETCH ->
          strict(1, 1);
      case FENCE_AT_THE_END_OF_A_304 -> strict(1, 1).with(Feature.CONDITIONAL);
      case TAGS_NOT_JUDGED_AT_THE_HEAD -> strict(1, 1).with(Feature.TAGS);
      case SOFT_TAKEN_FOR_CURRENT -> strict(1, 1).with(Feature.SOFT);
      case BASE_JUDGED_BEFORE_THE_FENCE, PURGED_ENTRY_AS_BASE ->
          strict(1, 1).with(Feature.CONDITIONAL, Feature.KEPT_ETAGS);
      case OLD_TABLES_FORGOTTEN ->
          strict(2, 1).with(Feature.CONDITIONAL, Feature.OLD_TABLES).with(Fault.EVICTION, 1);
      case MEMBERS_NOT_ASKED, LEASE_FROM_THE_REPLY, REPORT_BEFORE_APPLYING -> strict(2, 1);
      case LEASE_IGNORED, CONFIRMATION_REUSED_WITHOUT_A_LEASE -> strict(2, 1).with(Fault.CUT, 1);
      case PROMOTION_UNCHECKED -> strict(2, 1).with(Feature.REDIS_ENTRIES);
      case PROMOTION_UNCLAMPED, REDIS_READ_WHILE_PENDING, NO_STAMP_AT_THE_READ_BACK ->
          strict(2, 2).with(Feature.REDIS_ENTRIES);
      case FLOOR_IGNORED, GAP_IGNORED -> ofRecords(bug);
      case FILES_TRUSTED_BEFORE_THE_LEASE,
          LEASE_BEFORE_REGISTRATION,
          PENDING_NOT_DURABLE,
          PENDING_FORGOTTEN_AT_THE_APPEND,
          LOC_IN_FILES,
          REPORT_BEFORE_FSYNC,
          FILE_BEFORE_FSYNC ->
          ofDisks(bug);
      case HEAD_RECREATED_WITH_ITS_LINEAGE,
          POSITION_ASSUMED,
          LINEAGE_IGNORED,
          FETCH_SURVIVES_A_LINEAGE,
          PENDING_NOT_CARRIED,
          NO_SETTLING,
          SETTLED_KEPT_OVER_A_BIRTH ->
          ofLineages(bug);
      case RUN_UNCHECKED, BEAT_UNCHECKED, NONCE_UNCHECKED, LEFT_LINEAGE_TRUSTED -> ofOlderData(bug);
      case RIGHTFUL_UNASKED,
          RIGHTFUL_ASKED_BEFORE_THE_SCRIPT,
          RIGHTFUL_UNASKED_BEFORE_A_BIRTH,
          READ_BACK_WITHOUT_A_LEASE,
          APPLIED_AT_THE_APPEND,
          ONE_SENTINEL_IS_ENOUGH ->
          ofTwoMasters(bug);
      case SILENCE_BINDS_WITH_SERVE -> serving(2, 1).with(Fault.CUT, 1);
      case MEMBERS_FORGOTTEN_AT_A_BIRTH, SETTLING_BINDS_WITH_SERVE ->
          serving(2, 1).with(Fault.EVICTION, 1);
      case SERVING_WITHOUT_MEMBERSHIP -> serving(2, 1).with(Feature.FILES).with(Fault.LEAVE, 1);
    };
  }

  private static Setting ofRecords(Planted bug) {
    return strict(2, 1).with(bug == Planted.FLOOR_IGNORED ? Fault.TRIM : Fault.LOST_RECORD, 1);
  }

  private static Setting ofDisks(Planted bug) {
    Setting world =
        switch (bug) {
          case PENDING_NOT_DURABLE -> strict(1, 1);
          case PENDING_FORGOTTEN_AT_THE_APPEND -> serving(1, 1);
          case LOC_IN_FILES -> serving(1, 3);
          case REPORT_BEFORE_FSYNC -> serving(2, 1).with(Feature.DISK_TAIL);
          case FILE_BEFORE_FSYNC ->
              strict(1, 2).with(Feature.DISK_TAIL).with(Fault.SAVE, 1).with(Fault.IN_PLACE, 1);
          default -> strict(2, 1);
        };
    return world.with(Feature.FILES).with(Fault.CRASH, 1);
  }

  private static Setting ofLineages(Planted bug) {
    return switch (bug) {
      case HEAD_RECREATED_WITH_ITS_LINEAGE -> strict(2, 1).with(Fault.FLUSH, 1);
      case SETTLED_KEPT_OVER_A_BIRTH -> strict(2, 1).with(Fault.RESTART, 1);
      case LINEAGE_IGNORED -> strict(2, 1).with(Feature.FILES).with(Fault.EVICTION, 1);
      case POSITION_ASSUMED, PENDING_NOT_CARRIED ->
          strict(2, 1).with(Feature.REDIS_ENTRIES).with(Fault.EVICTION, 1);
      default -> strict(2, 1).with(Fault.EVICTION, 1);
    };
  }

  private static Setting ofOlderData(Planted bug) {
    return switch (bug) {
      case RUN_UNCHECKED ->
          strict(2, 1)
              .with(Feature.FILES)
              .with(Fault.CRASH, 1)
              .with(Fault.SAVE, 1)
              .with(Fault.OLDER_COPY, 1);
      case BEAT_UNCHECKED ->
          strict(2, 1)
              .with(Fault.CUT, 1)
              .with(Fault.CRASH, 1)
              .with(Fault.SAVE, 1)
              .with(Fault.IN_PLACE, 1);
      case NONCE_UNCHECKED ->
          strict(1, 2)
              .with(Feature.FILES)
              .with(Fault.CRASH, 2)
              .with(Fault.SAVE, 1)
              .with(Fault.IN_PLACE, 1);
      default -> strict(1, 1).with(Fault.EVICTION, 1).with(Fault.SAVE, 1).with(Fault.IN_PLACE, 1);
    };
  }

  private static Setting ofTwoMasters(Planted bug) {
    Setting world = strict(2, 1).with(Feature.ASKING).with(Fault.SPLIT, 1).with(Fault.RECONNECT, 1);
    return switch (bug) {
      case READ_BACK_WITHOUT_A_LEASE, APPLIED_AT_THE_APPEND -> world.with(Feature.APPLIED_RECEIPTS);
      case ONE_SENTINEL_IS_ENOUGH -> world.with(Feature.SENTINELS);
      default -> world;
    };
  }
}
