package dev.terrace.purge.model;

/// The control key's one script, and the birth of a lineage.
final class ControlKey {
  private final Guards guards;

  ControlKey(Guards guards) {
    this.guards = guards;
  }

  /// **Sync**, in Redis: atomic.
  ///
  /// @return the [SyncPhase] that its reply begins
  int run(State state, int instance) {
    int node = state.get(instance, Own.NODE);
    state.set(
        instance,
        Own.SYNC_LINEAGE,
        state.get(node, Copy.PRESENT) != 0 ? state.get(node, Copy.LINEAGE) : 0);
    if (isDoubtful(state, instance, node)) {
      return SyncPhase.RAN_DOUBT;
    }
    int mine = state.get(instance, Own.LINEAGE);
    if (state.get(node, Copy.LINEAGE) != mine) {
      state.set(instance, Own.SYNC_PAST, state.get(node, Copy.PAST));
      state.set(node, Copy.PAST, state.get(node, Copy.PAST) | Stamps.bit(mine));
      return SyncPhase.RAN_OTHER;
    }
    strike(state, instance, node);
    append(state, instance, node);
    if (state.is(instance, Own.SYNC_KNOWN)) {
      state.set(node, Copy.SETTLED, 1);
    }
    if (guards.guards(Planted.LEASE_BEFORE_REGISTRATION) || state.is(instance, Own.BEATEN)) {
      register(state, instance, node);
    }
    report(state, instance, node);
    return SyncPhase.RAN;
  }

  /// **Doubt**: writes nothing.
  private boolean isDoubtful(State state, int instance, int node) {
    if (state.get(node, Copy.PRESENT) == 0) {
      return true;
    }
    if (state.get(node, Copy.RUN) == 0 && guards.guards(Planted.RUN_UNCHECKED)) {
      return true;
    }
    int lineage = state.get(node, Copy.LINEAGE);
    if (Stamps.contains(state.get(instance, Own.LEFT), lineage)
        && guards.guards(Planted.LEFT_LINEAGE_TRUSTED)) {
      return true;
    }
    if (lineage != state.get(instance, Own.LINEAGE)) {
      return false;
    }
    boolean beatGone =
        state.is(instance, Own.BEATEN) && state.get(node, Copy.BEAT_0, instance) == 0;
    return beatGone && guards.guards(Planted.BEAT_UNCHECKED)
        || isPositionWrong(state, instance, node) && guards.guards(Planted.NONCE_UNCHECKED)
        || hasGap(state, instance, node) && guards.guards(Planted.GAP_IGNORED);
  }

  private static boolean isPositionWrong(State state, int instance, int node) {
    int position = state.get(instance, Own.POSITION);
    return position > state.get(node, Copy.FLOOR)
        && record(state, node, position) != state.get(instance, Own.NONCE);
  }

  private static boolean hasGap(State state, int instance, int node) {
    int from = Math.max(state.get(instance, Own.POSITION), state.get(node, Copy.FLOOR));
    for (int seq = from + 1; seq <= state.get(node, Copy.SEQ); seq++) {
      if (record(state, node, seq) == 0) {
        return true;
      }
    }
    return false;
  }

  static int record(State state, int node, int seq) {
    return state.get(node, Copy.RECORD_1, seq - 1);
  }

  /// What stands at the end of the log; 0 if nothing does.
  static int nonceAtTheEnd(State state, int node) {
    int seq = state.get(node, Copy.SEQ);
    return seq == 0 ? 0 : record(state, node, seq);
  }

  /// Only who has not been heard of since: its line is compared.
  private void strike(State state, int instance, int node) {
    int struck = state.get(instance, Own.SYNC_STRUCK);
    for (int other = 0; other < guards.instances; other++) {
      boolean sameLine =
          state.get(instance, Own.SEEN_0, other) == Beats.SEEN
              || !guards.guards(Planted.STRUCK_THOUGH_IT_WAS_HEARD_OF);
      if (!Stamps.contains(struck, other + 1) || !sameLine) {
        continue;
      }
      state.set(node, Copy.MEMBER_0, other, Members.NONE);
      state.set(node, Copy.BEAT_0, other, Beats.GONE);
      for (int any = 0; any < guards.instances; any++) {
        int known = state.get(any, Own.KNOWN_MEMBERS);
        state.set(any, Own.KNOWN_MEMBERS, known & ~Stamps.bit(other + 1));
      }
    }
  }

  /// By purge id, once.
  private void append(State state, int instance, int node) {
    int purges = state.get(instance, Own.SYNC_APPEND);
    for (int purge = 1; purge <= State.MOST_PURGES; purge++) {
      int seq = state.get(node, Copy.SEQ);
      if (Stamps.contains(purges, purge) && seq < State.MOST_PURGES && !holds(state, node, purge)) {
        state.set(node, Copy.SEQ, seq + 1);
        state.set(node, Copy.RECORD_1, seq, purge);
      }
    }
    if (!guards.guards(Planted.PENDING_FORGOTTEN_AT_THE_APPEND)) {
      state.set(instance, Own.PENDING, state.get(instance, Own.PENDING) & ~purges);
    }
  }

  private static boolean holds(State state, int node, int purge) {
    for (int seq = 1; seq <= State.MOST_PURGES; seq++) {
      if (record(state, node, seq) == purge) {
        return true;
      }
    }
    return false;
  }

  private void register(State state, int instance, int node) {
    int reported =
        guards.guards(Planted.REPORT_BEFORE_APPLYING)
            ? state.get(instance, Own.SYNC_REPORT)
            : state.get(node, Copy.SEQ);
    state.set(node, Copy.MEMBER_0, instance, Members.reporting(reported));
    state.set(node, Copy.BEAT_0, instance, Beats.LATER);
    for (int other = 0; other < guards.instances; other++) {
      state.set(other, Own.SEEN_0, instance, Beats.UNSEEN);
    }
    carry(state, instance, node);
  }

  /// With `serve`, members of older lineages that this instance knows of: they may be serving.
  private void carry(State state, int instance, int node) {
    if (!guards.serving() || !guards.guards(Planted.MEMBERS_FORGOTTEN_AT_A_BIRTH)) {
      return;
    }
    for (int other = 0; other < guards.instances; other++) {
      if (other != instance
          && Stamps.contains(state.get(instance, Own.KNOWN_MEMBERS), other + 1)
          && state.get(node, Copy.MEMBER_0, other) == Members.NONE) {
        state.set(node, Copy.MEMBER_0, other, Members.CARRIED);
      }
    }
  }

  private void report(State state, int instance, int node) {
    state.set(instance, Own.SYNC_SEQ, state.get(node, Copy.SEQ));
    state.set(instance, Own.SYNC_FLOOR, state.get(node, Copy.FLOOR));
    state.set(instance, Own.SYNC_SETTLED, state.get(node, Copy.SETTLED));
    for (int index = 0; index < State.MOST_PURGES; index++) {
      state.set(instance, Own.SYNC_RECORD_1, index, state.get(node, Copy.RECORD_1, index));
    }
    int newBeats = 0;
    for (int other = 0; other < guards.instances; other++) {
      if (other != instance && guards.givesReceipts(instance)) {
        state.set(instance, Own.SYNC_MEMBER_0, other, state.get(node, Copy.MEMBER_0, other));
        newBeats |= Beats.look(state, instance, other);
      }
    }
    state.set(instance, Own.SYNC_NEW_BEATS, newBeats);
  }

  /// **Birth**: replaces the head if it is still what was seen.
  boolean bear(State state, int instance) {
    int node = state.get(instance, Own.NODE);
    int seen = state.get(instance, Own.SYNC_LINEAGE);
    int there = state.get(node, Copy.PRESENT) != 0 ? state.get(node, Copy.LINEAGE) : 0;
    int lineage = state.get(Shared.NEXT_LINEAGE);
    if (there != seen || lineage == Byte.SIZE) {
      return false;
    }
    int mine = state.get(instance, Own.LINEAGE);
    int past = state.get(node, Copy.PAST) | state.get(instance, Own.LEFT);
    int settled = state.get(node, Copy.SETTLED);
    state.clear(node, Copy.PRESENT, Copy.BEAT_2);
    state.set(node, Copy.PRESENT, 1);
    state.set(node, Copy.RUN, 1);
    if (!guards.guards(Planted.SETTLED_KEPT_OVER_A_BIRTH)) {
      state.set(node, Copy.SETTLED, settled);
    }
    if (guards.guards(Planted.HEAD_RECREATED_WITH_ITS_LINEAGE)) {
      state.set(Shared.NEXT_LINEAGE, lineage + 1);
      state.set(node, Copy.LINEAGE, lineage);
      state.set(node, Copy.PAST, past | Stamps.bit(mine) | Stamps.bit(there));
    } else {
      state.set(node, Copy.LINEAGE, mine);
      state.set(instance, Own.POSITION, 0);
      Beats.forget(guards, state, instance);
    }
    if (guards.serving() && guards.guards(Planted.MEMBERS_FORGOTTEN_AT_A_BIRTH)) {
      state.set(node, Copy.MEMBER_0, instance, Members.CARRIED);
    }
    carry(state, instance, node);
    Window.closing(guards, state);
    return true;
  }
}
