package dev.terrace.purge.model;

/// What follows when the reply of a sync was applied: the question for the rightful node, and what
/// its answer allows.
final class Renewal {
  /// How many Sentinels are asked, and how many of them are a majority.
  private static final int SENTINELS = 3;

  private static final int MAJORITY = 2;

  /// [Own#SYNC_ASKED] after one question where there are no Sentinels.
  static final int THIS_ONE = 1;

  static final int ANOTHER = 2;

  private final Guards guards;

  Renewal(Guards guards) {
    this.guards = guards;
  }

  /// **Reply**, after it was applied: whether this node is the rightful one.
  ///
  /// @param way which Sentinel is asked
  boolean askForTheRightful(State state, int instance, int way) {
    int phase = state.get(instance, Own.SYNC);
    if (phase != SyncPhase.APPLIED && phase != SyncPhase.DOUBT) {
      return false;
    }
    if (guards.has(Feature.SENTINELS)) {
      return askSentinel(state, instance, way);
    }
    if (way != 0) {
      return false;
    }
    answer(state, instance, isRightful(state, instance));
    return true;
  }

  static boolean isRightful(State state, int instance) {
    return state.get(Shared.RIGHTFUL) == state.get(instance, Own.NODE);
  }

  /// One after the other, so that their minds may change meanwhile.
  private boolean askSentinel(State state, int instance, int way) {
    int asked = state.get(instance, Own.SYNC_ASKED);
    int next = asked >> 2;
    if (way != next) {
      return false;
    }
    int named = Stamps.contains(state.get(Shared.VOTES), way + 1) ? Copies.PROMOTED : Copies.MASTER;
    int naming = (asked & 3) + (named == state.get(instance, Own.NODE) ? 1 : 0);
    int enough = guards.guards(Planted.ONE_SENTINEL_IS_ENOUGH) ? MAJORITY : 1;
    if (naming >= enough) {
      answer(state, instance, true);
    } else if (next + 1 == SENTINELS) {
      answer(state, instance, false);
    } else {
      state.set(instance, Own.SYNC_ASKED, next + 1 << 2 | naming);
    }
    return true;
  }

  private void answer(State state, int instance, boolean rightful) {
    boolean accepted = rightful;
    if (state.get(instance, Own.SYNC) == SyncPhase.APPLIED) {
      accepted |= !guards.guards(Planted.RIGHTFUL_UNASKED);
      accepted |=
          !guards.guards(Planted.RIGHTFUL_ASKED_BEFORE_THE_SCRIPT)
              && state.get(instance, Own.SYNC_ASKED) == THIS_ONE;
      if (accepted) {
        renew(state, instance);
        return;
      }
      if (!guards.guards(Planted.READ_BACK_WITHOUT_A_LEASE)) {
        readBack(state, instance);
      }
    }
    if (accepted) {
      state.set(instance, Own.SYNC_ASKED, 0);
      state.set(instance, Own.SYNC, SyncPhase.BIRTH);
    } else {
      end(guards, state, instance);
    }
  }

  /// The lease runs from the time of sending. Only a sync that renews it reads purges back.
  void renew(State state, int instance) {
    int lease =
        guards.guards(Planted.LEASE_FROM_THE_REPLY)
            ? guards.lease - state.get(instance, Own.SYNC_AGE)
            : guards.lease;
    if (lease > 0) {
      state.set(instance, Own.LEASE, Math.max(lease, state.get(instance, Own.LEASE)));
      state.set(instance, Own.INFORMED, 1);
      state.set(instance, Own.AWAY, 0);
      state.set(instance, Own.SETTLED, state.get(instance, Own.SYNC_SETTLED));
      readBack(state, instance);
      hearOfMembers(state, instance);
    }
    end(guards, state, instance);
  }

  private void readBack(State state, int instance) {
    int pending = state.get(instance, Own.PENDING);
    int stamped = state.get(instance, Own.STAMPED);
    for (int seq = 1; seq <= state.get(instance, Own.SYNC_SEQ); seq++) {
      int purge = state.get(instance, Own.SYNC_RECORD_1, seq - 1);
      if (Stamps.contains(pending, purge) || guards.has(Feature.RECEIPTS_ANYWHERE)) {
        pending &= ~Stamps.bit(purge);
        stamped |= Stamps.bit(purge);
      }
    }
    state.set(instance, Own.PENDING, pending);
    state.set(instance, Own.STAMPED, stamped);
  }

  private void hearOfMembers(State state, int instance) {
    int known = state.get(instance, Own.KNOWN_MEMBERS);
    for (int other = 0; other < guards.instances; other++) {
      int member = state.get(instance, Own.SYNC_MEMBER_0, other);
      state.set(instance, Own.MEMBER_0, other, member);
      if (member == Members.NONE) {
        continue;
      }
      known |= guards.serving() ? Stamps.bit(other + 1) : 0;
      if (Stamps.contains(state.get(instance, Own.SYNC_NEW_BEATS), other + 1)) {
        state.set(instance, Own.SINCE_0, other, 0);
        if (state.get(instance, Own.SEEN_0, other) == Beats.SHOWN) {
          state.set(instance, Own.SEEN_0, other, Beats.SEEN);
        }
      }
    }
    state.set(instance, Own.KNOWN_MEMBERS, known);
  }

  /// Nothing more comes of this sync.
  static void end(Guards guards, State state, int instance) {
    Beats.drop(guards, state, instance);
    state.clear(instance, Own.SYNC, Own.SYNC_APPENDED);
  }
}
