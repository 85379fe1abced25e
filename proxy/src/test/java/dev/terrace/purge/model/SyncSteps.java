package dev.terrace.purge.model;

/// An instance's side of syncs; what may follow a reply is in [Renewal] and [Adoption]. Each step
/// says whether it could happen; one that could not has changed nothing.
final class SyncSteps {
  private final Guards guards;
  private final ControlKey controlKey;
  private final Renewal renewal;
  private final Adoption adoption;

  SyncSteps(Guards guards) {
    this.guards = guards;
    controlKey = new ControlKey(guards);
    renewal = new Renewal(guards);
    adoption = new Adoption(guards);
  }

  /// Where a purge stands in the current lineage, as far as this instance read; 0 if it does not.
  static int seqOf(State state, int instance, int purge) {
    return state.get(instance, Own.SEQS) >> 2 * (purge - 1) & 3;
  }

  /// Part of the next **Send**: a member whose last beat was heard of long ago.
  boolean strike(State state, int instance, int other) {
    int struck = state.get(instance, Own.SYNC_STRUCK);
    if (other >= guards.instances
        || !state.is(instance, Own.UP)
        || state.get(instance, Own.SYNC) != SyncPhase.NONE
        || state.get(instance, Own.MEMBER_0, other) == Members.NONE
        || state.get(instance, Own.SINCE_0, other) < guards.lease
        || !guards.mayBeStruck()
        || Stamps.contains(struck, other + 1)
        || !state.spend(Fault.STRIKE)) {
      return false;
    }
    state.set(instance, Own.SYNC_STRUCK, struck | Stamps.bit(other + 1));
    return true;
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
      state.set(
          instance,
          Own.SYNC_ASKED,
          Renewal.isRightful(state, instance) ? Renewal.THIS_ONE : Renewal.ANOTHER);
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
          renewal.renew(state, instance);
        }
      }
      case SyncPhase.RAN_OTHER -> adoption.adopt(state, instance);
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

  boolean askForTheRightful(State state, int instance, int way) {
    return renewal.askForTheRightful(state, instance, way);
  }

  boolean bear(State state, int instance) {
    if (state.get(instance, Own.SYNC) != SyncPhase.BIRTH || state.is(instance, Own.CUT)) {
      return false;
    }
    controlKey.bear(state, instance);
    Renewal.end(guards, state, instance);
    return true;
  }
}
