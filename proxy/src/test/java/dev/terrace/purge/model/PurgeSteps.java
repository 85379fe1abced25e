package dev.terrace.purge.model;

/// How purges come in, are handed on and acknowledged. Each step says whether it could happen; one
/// that could not has changed nothing.
final class PurgeSteps {
  private final Guards guards;

  PurgeSteps(Guards guards) {
    this.guards = guards;
  }

  /// **Purge**: journal, fsync, loc + 1, tables, epoch; then it is answered with 202 at least.
  boolean receive(State state, int instance) {
    int purge = state.get(Shared.RECEIVED) + 1;
    if (purge > guards.setting.purges() || !state.is(instance, Own.UP)) {
      return false;
    }
    // Instances are alike: it suffices that the first purge comes to the first.
    if (purge == 1 && instance != 0) {
      return false;
    }
    state.set(Shared.RECEIVED, purge);
    take(state, instance, purge);
    state.set(instance, Own.BOUND, state.get(instance, Own.BOUND) | Stamps.bit(purge));
    return true;
  }

  /// **Hand-over** of a pending purge to another instance, by its admin address.
  boolean handOver(State state, int instance, int way) {
    int purge = way / State.MOST_INSTANCES + 1;
    int other = way % State.MOST_INSTANCES;
    if (!guards.has(Feature.HAND_OVER)
        || other >= guards.instances
        || !state.is(instance, Own.UP)
        || !state.is(other, Own.UP)
        || !Stamps.contains(state.get(instance, Own.PENDING), purge)
        || knows(state, other, purge)) {
      return false;
    }
    take(state, other, purge);
    return true;
  }

  private static boolean knows(State state, int instance, int purge) {
    int known =
        state.get(instance, Own.PENDING)
            | state.get(instance, Own.STAMPED)
            | state.get(instance, Own.STAMPED_BEFORE);
    return Stamps.contains(known, purge) || SyncSteps.seqOf(state, instance, purge) != 0;
  }

  private void take(State state, int instance, int purge) {
    state.set(instance, Own.LOC, state.get(instance, Own.LOC) + 1);
    state.set(instance, Own.PENDING, state.get(instance, Own.PENDING) | Stamps.bit(purge));
    if (guards.guards(Planted.LOCAL_PURGE_UNSTAMPED)) {
      apply(guards, state, instance, purge, guards.stamp(state, instance));
    }
    Journal.fsync(guards, state, instance);
  }

  /// Applies a purge to the tables.
  static void apply(Guards guards, State state, int instance, int purge, int stamp) {
    if (guards.has(Feature.OLD_TABLES)) {
      state.set(instance, Own.HEARD, state.get(instance, Own.HEARD) | Stamps.bit(purge));
    }
    if (guards.covers(purge)) {
      Own version = guards.isSoft(purge) ? Own.SOFT_VERSION : Own.VERSION;
      state.set(instance, version, Math.max(state.get(instance, version), stamp));
    }
  }

  /// **Receipt** 200.
  boolean acknowledge(State state, int instance, int way) {
    int purge = way + 1;
    if (!state.is(instance, Own.UP)
        || !state.is(instance, Own.INFORMED)
        || Stamps.contains(state.get(Shared.ACKED), purge)
        || !isSettled(state, instance)) {
      return false;
    }
    int seq =
        Stamps.contains(state.get(instance, Own.STAMPED), purge)
            ? SyncSteps.seqOf(state, instance, purge)
            : 0;
    if (seq == 0 && !Stamps.contains(state.get(instance, Own.STAMPED_BEFORE), purge)) {
      return false;
    }
    if (!isOnDisk(state, instance, seq)) {
      return false;
    }
    boolean settlingBinds =
        seq == 0 && guards.serving() && !guards.guards(Planted.SETTLING_BINDS_WITH_SERVE);
    if (!settlingBinds && !everyMemberIsBound(state, instance, seq)) {
      return false;
    }
    bind(state, instance, purge, seq);
    return true;
  }

  /// What its own disk does not have it would not know of after a crash, and others take its word
  /// for itself, too.
  private boolean isOnDisk(State state, int instance, int seq) {
    return !guards.has(Feature.DISK_TAIL)
        || !guards.guards(Planted.RECEIPT_BEFORE_FSYNC)
        || seq <= state.get(instance, Own.DISK_POSITION);
  }

  private boolean isSettled(State state, int instance) {
    return state.is(instance, Own.SETTLED) || !guards.guards(Planted.NO_SETTLING);
  }

  /// @param seq 0 if the purge was read back in an older lineage, which binds whoever is in this
  ///   one: everything older is suspect there. With `serve` it does not bind those who are not in
  ///   it yet
  private boolean everyMemberIsBound(State state, int instance, int seq) {
    for (int other = 0; other < guards.instances; other++) {
      int member = state.get(instance, Own.MEMBER_0, other);
      if (other != instance
          && member != Members.NONE
          && !Members.hasReported(member, seq)
          && !isQuiet(state, instance, other)
          && guards.guards(Planted.MEMBERS_NOT_ASKED)) {
        return false;
      }
    }
    return true;
  }

  /// **Bound by silence**: no new beat was heard of for a lease. No later look is needed: whoever
  /// beats after the purge was appended reads it before it has a lease, so only beats count that
  /// the read-back showed.
  private boolean isQuiet(State state, int instance, int other) {
    return state.get(instance, Own.SINCE_0, other) >= guards.lease;
  }

  /// With `serve` the receipt names the silent, and binds the others.
  private void bind(State state, int instance, int purge, int seq) {
    state.set(Shared.ACKED, state.get(Shared.ACKED) | Stamps.bit(purge));
    for (int other = 0; other < guards.instances; other++) {
      int member = state.get(instance, Own.MEMBER_0, other);
      boolean named =
          guards.serving()
              && guards.guards(Planted.SILENCE_BINDS_WITH_SERVE)
              && other != instance
              && !(seq == 0 && !guards.guards(Planted.SETTLING_BINDS_WITH_SERVE))
              && member != Members.NONE
              && !Members.hasReported(member, seq);
      if (!named) {
        state.set(other, Own.BOUND, state.get(other, Own.BOUND) | Stamps.bit(purge));
      }
    }
  }

  /// **Receipt** "redis: applied", only after the read-back.
  boolean sayApplied(State state, int instance, int way) {
    int purge = way + 1;
    boolean appended =
        state.get(instance, Own.SYNC) == SyncPhase.RAN
            && Stamps.contains(state.get(instance, Own.SYNC_APPENDED), purge);
    if (!guards.has(Feature.APPLIED_RECEIPTS)
        || !state.is(instance, Own.UP)
        || Stamps.contains(state.get(Shared.APPLIED), purge)
        || !appended && !Stamps.contains(state.get(instance, Own.STAMPED), purge)) {
      return false;
    }
    state.set(Shared.APPLIED, state.get(Shared.APPLIED) | Stamps.bit(purge));
    return true;
  }
}
