package dev.terrace.purge.model;

/// An instance's side of syncs: send, reply, the question for the rightful node, adoption, birth.
/// Each step says whether it could happen; one that could not has changed nothing.
final class SyncSteps {
  /// How many Sentinels are asked, and how many of them are a majority.
  private static final int SENTINELS = 3;

  private static final int MAJORITY = 2;

  /// [Own#SYNC_ASKED] after one question where there are no Sentinels.
  private static final int THIS_ONE = 1;

  private static final int ANOTHER = 2;

  private final Guards guards;
  private final ControlKey controlKey;

  SyncSteps(Guards guards) {
    this.guards = guards;
    controlKey = new ControlKey(guards);
  }

  /// Where a purge stands in the current lineage, as far as this instance read; 0 if it does not.
  static int seqOf(State state, int instance, int purge) {
    return state.get(instance, Own.SEQS) >> 2 * (purge - 1) & 3;
  }

  boolean send(State state, int instance) {
    if (!state.is(instance, Own.UP)
        || state.is(instance, Own.CUT)
        || state.get(instance, Own.SYNC) != SyncPhase.NONE) {
      return false;
    }
    if (!guards.guards(Planted.RIGHTFUL_ASKED_BEFORE_THE_SCRIPT)
        && !state.is(instance, Own.SYNC_ASKED)) {
      // The bug: a step of its own, some time before the script is sent.
      state.set(instance, Own.SYNC_ASKED, isRightful(state, instance) ? THIS_ONE : ANOTHER);
      return true;
    }
    if (guards.guards(Planted.REPORT_BEFORE_FSYNC)) {
      Journal.fsync(guards, state, instance);
    }
    state.set(instance, Own.SYNC, SyncPhase.SENT);
    state.set(instance, Own.SYNC_REPORT, state.get(instance, Own.POSITION));
    state.set(instance, Own.SYNC_APPEND, state.get(instance, Own.PENDING));
    state.set(instance, Own.SYNC_KNOWN, state.get(instance, Own.KNOWN) >= guards.lease ? 1 : 0);
    return true;
  }

  boolean run(State state, int instance) {
    if (state.get(instance, Own.SYNC) != SyncPhase.SENT) {
      return false;
    }
    int appended = state.get(instance, Own.SYNC_APPEND);
    int phase = controlKey.run(state, instance);
    state.set(instance, Own.SYNC, phase);
    state.clear(instance, Own.SYNC_REPORT, Own.SYNC_KNOWN);
    if (phase == SyncPhase.RAN) {
      state.set(
          instance, Own.SYNC_APPENDED, guards.guards(Planted.APPLIED_AT_THE_APPEND) ? 0 : appended);
    } else {
      state.clear(instance, Own.SYNC_AGE, Own.SYNC_ASKED);
    }
    if (phase != SyncPhase.RAN_DOUBT) {
      Window.synced(guards, state, instance);
    }
    return true;
  }

  boolean reply(State state, int instance) {
    switch (state.get(instance, Own.SYNC)) {
      case SyncPhase.RAN -> {
        Beats.confirm(guards, state, instance);
        apply(state, instance);
        if (guards.has(Feature.ASKING)) {
          state.set(instance, Own.SYNC, SyncPhase.APPLIED);
          state.set(instance, Own.SYNC_FLOOR, 0);
        } else {
          renew(state, instance);
        }
      }
      case SyncPhase.RAN_OTHER ->
          adopt(
              state,
              instance,
              state.get(instance, Own.SYNC_LINEAGE),
              state.get(instance, Own.SYNC_PAST));
      case SyncPhase.RAN_DOUBT -> doubt(state, instance);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void doubt(State state, int instance) {
    boolean unasked =
        !guards.has(Feature.ASKING) || !guards.guards(Planted.RIGHTFUL_UNASKED_BEFORE_A_BIRTH);
    state.set(instance, Own.SYNC_ASKED, 0);
    state.set(instance, Own.SYNC, unasked ? SyncPhase.BIRTH : SyncPhase.DOUBT);
  }

  /// Applies what the script returned: records, then floor and position.
  private void apply(State state, int instance) {
    int position = state.get(instance, Own.POSITION);
    int end = state.get(instance, Own.SYNC_SEQ);
    int seqs = 0;
    for (int seq = 1; seq <= end; seq++) {
      int purge = state.get(instance, Own.SYNC_RECORD_1, seq - 1);
      if (purge != 0) {
        seqs |= seq << 2 * (purge - 1);
        boolean own = Stamps.contains(state.get(instance, Own.PENDING), purge);
        if (seq > position && (!own || guards.guards(Planted.NO_STAMP_AT_THE_READ_BACK))) {
          PurgeSteps.apply(guards, state, instance, purge, Stamps.stamp(seq, 0));
        }
      }
    }
    state.set(instance, Own.SEQS, state.get(instance, Own.SEQS) | seqs);
    state.set(
        instance,
        Own.FLOOR,
        Math.max(state.get(instance, Own.FLOOR), state.get(instance, Own.SYNC_FLOOR)));
    if (end > position) {
      state.set(instance, Own.POSITION, end);
      state.set(instance, Own.NONCE, state.get(instance, Own.SYNC_RECORD_1, end - 1));
      state.set(instance, Own.LOC, 0);
    }
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

  private boolean isRightful(State state, int instance) {
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
      end(state, instance);
    }
  }

  /// The lease runs from the time of sending. Only a sync that renews it reads purges back.
  private void renew(State state, int instance) {
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
    end(state, instance);
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

  boolean bear(State state, int instance) {
    if (state.get(instance, Own.SYNC) != SyncPhase.BIRTH || state.is(instance, Own.CUT)) {
      return false;
    }
    controlKey.bear(state, instance);
    end(state, instance);
    return true;
  }

  void end(State state, int instance) {
    Beats.drop(guards, state, instance);
    state.clear(instance, Own.SYNC, Own.SYNC_APPENDED);
  }

  /// **Adopt** another lineage.
  private void adopt(State state, int instance, int lineage, int past) {
    int pending = state.get(instance, Own.PENDING);
    if (!guards.guards(Planted.PENDING_NOT_CARRIED)) {
      pending = 0;
    }
    leave(state, instance, past);
    state.set(instance, Own.LINEAGE, lineage);
    state.set(instance, Own.PENDING, pending);
    Journal.reapplyPending(guards, state, instance);
    if (!guards.guards(Planted.POSITION_ASSUMED)) {
      int node = state.get(instance, Own.NODE);
      state.set(instance, Own.POSITION, state.get(node, Copy.SEQ));
      state.set(instance, Own.NONCE, ControlKey.nonceAtTheEnd(state, node));
    }
    Journal.fsync(guards, state, instance);
    Beats.forget(guards, state, instance);
    state.clear(instance, Own.LEASE, Own.SEEN_2);
    state.clear(instance, Own.LOOKUP_LINEAGE, Own.LOOKUP_ENTRY_GENERATION);
    if (guards.guards(Planted.FETCH_SURVIVES_A_LINEAGE)) {
      state.clear(instance, Own.FETCH_LINEAGE, Own.FETCH_BASE);
    } else if (state.is(instance, Own.FETCH_LINEAGE)) {
      state.set(instance, Own.FETCH_LINEAGE, lineage);
    }
    end(state, instance);
  }

  private void leave(State state, int instance, int past) {
    int old = state.get(instance, Own.LINEAGE);
    int left = state.get(instance, Own.LEFT) | past | Stamps.bit(old);
    int before = state.get(instance, Own.STAMPED) | state.get(instance, Own.STAMPED_BEFORE);
    int newest = state.get(instance, Own.VERSION);
    state.clear(instance, Own.LINEAGE, Own.SEQS);
    state.set(instance, Own.LEFT, left);
    state.set(instance, Own.STAMPED_BEFORE, before);
    if (guards.has(Feature.OLD_TABLES) && guards.guards(Planted.OLD_TABLES_FORGOTTEN)) {
      state.set(instance, Own.OLD_LINEAGE, old);
      state.set(instance, Own.OLD_VERSION, newest);
    }
  }
}
