package dev.terrace.purge.model;

/// How an instance enters another lineage.
final class Adoption {
  private final Guards guards;

  Adoption(Guards guards) {
    this.guards = guards;
  }

  /// **Adopt** another lineage.
  void adopt(State state, int instance) {
    int lineage = state.get(instance, Own.SYNC_LINEAGE);
    int past = state.get(instance, Own.SYNC_PAST);
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
    Renewal.end(guards, state, instance);
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
