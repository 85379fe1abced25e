package dev.terrace.purge.model;

/// What happens to Redis. Each step says whether it could happen; one that could not has changed
/// nothing.
final class RedisFaults {
  private final Guards guards;

  RedisFaults(Guards guards) {
    this.guards = guards;
  }

  /// The control key is one key, so it is lost as a whole.
  boolean evict(State state) {
    if (state.get(Copies.MASTER, Copy.PRESENT) == 0 || !state.spend(Fault.EVICTION)) {
      return false;
    }
    state.clear(Copies.MASTER, Copy.PRESENT, Copy.BEAT_2);
    return true;
  }

  boolean flush(State state) {
    if (state.get(Copies.MASTER, Copy.PRESENT) == 0 || !state.spend(Fault.FLUSH)) {
      return false;
    }
    state.clear(Copies.MASTER, Copy.PRESENT, Copy.ENTRY_GENERATION);
    return true;
  }

  /// By age or count, in the script, which raises the floor to what it drops.
  boolean trim(State state) {
    int seq = state.get(Copies.MASTER, Copy.FLOOR) + 1;
    if (state.get(Copies.MASTER, Copy.PRESENT) == 0
        || seq > state.get(Copies.MASTER, Copy.SEQ)
        || !state.spend(Fault.TRIM)) {
      return false;
    }
    state.set(Copies.MASTER, Copy.FLOOR, seq);
    state.set(Copies.MASTER, Copy.RECORD_1, seq - 1, 0);
    return true;
  }

  boolean loseRecord(State state, int way) {
    if (state.get(Copies.MASTER, Copy.RECORD_1, way) == 0 || !state.spend(Fault.LOST_RECORD)) {
      return false;
    }
    state.set(Copies.MASTER, Copy.RECORD_1, way, 0);
    return true;
  }

  boolean save(State state) {
    if (!state.spend(Fault.SAVE)) {
      return false;
    }
    state.duplicate(Copies.MASTER, Copies.SAVED);
    return true;
  }

  boolean restart(State state) {
    if (!state.spend(Fault.RESTART)) {
      return false;
    }
    anotherRun(state);
    return true;
  }

  boolean restartWithSaved(State state) {
    if (!isSaved(state) || !state.spend(Fault.OLDER_COPY)) {
      return false;
    }
    state.duplicate(Copies.SAVED, Copies.MASTER);
    anotherRun(state);
    forgetBeats(state);
    return true;
  }

  private void anotherRun(State state) {
    state.set(Copies.MASTER, Copy.RUN, 0);
    if (guards.copies > Copies.SAVED) {
      state.set(Copies.SAVED, Copy.RUN, 0);
    }
  }

  boolean restoreInPlace(State state) {
    if (!isSaved(state) || !state.spend(Fault.IN_PLACE)) {
      return false;
    }
    Window.open(guards, state);
    state.duplicate(Copies.SAVED, Copies.MASTER);
    forgetBeats(state);
    return true;
  }

  /// Whatever beat is there now, it is not the one that was seen last, or it may not be.
  private void forgetBeats(State state) {
    for (int instance = 0; instance < guards.instances; instance++) {
      for (int other = 0; other < guards.instances; other++) {
        state.set(instance, Own.SEEN_0, other, Beats.UNSEEN);
      }
    }
  }

  private boolean isSaved(State state) {
    return guards.copies > Copies.SAVED && state.get(Copies.SAVED, Copy.PRESENT) != 0;
  }

  /// @param way 1 if the replica lags: it has what was saved
  boolean promoteReplica(State state, int way) {
    if (guards.copies <= Copies.PROMOTED
        || way == 1 && !isSaved(state)
        || state.get(Copies.PROMOTED, Copy.PRESENT) != 0
        || !state.spend(way == 1 ? Fault.LAGGING_SPLIT : Fault.SPLIT)) {
      return false;
    }
    state.duplicate(way == 1 ? Copies.SAVED : Copies.MASTER, Copies.PROMOTED);
    state.set(Copies.PROMOTED, Copy.RUN, 0);
    return true;
  }

  /// Sentinel's majority comes to name the promoted replica.
  ///
  /// @param way which Sentinel changes its mind, where they are played one by one
  boolean nameReplica(State state, int way) {
    if (guards.copies <= Copies.PROMOTED || state.get(Copies.PROMOTED, Copy.PRESENT) == 0) {
      return false;
    }
    if (guards.has(Feature.SENTINELS)) {
      int votes = state.get(Shared.VOTES);
      state.set(Shared.VOTES, votes | Stamps.bit(way + 1));
      return !Stamps.contains(votes, way + 1);
    }
    if (way != 0 || state.get(Shared.RIGHTFUL) == Copies.PROMOTED) {
      return false;
    }
    state.set(Shared.RIGHTFUL, Copies.PROMOTED);
    return true;
  }

  /// The entry that was there at the start comes back.
  boolean restoreOldEntry(State state) {
    if (!state.spend(Fault.OLD_ENTRY)) {
      return false;
    }
    state.set(Copies.MASTER, Copy.ENTRY_LINEAGE, state.get(Shared.OLD_ENTRY_LINEAGE));
    state.set(Copies.MASTER, Copy.ENTRY_FENCE, state.get(Shared.OLD_ENTRY_FENCE));
    state.set(Copies.MASTER, Copy.ENTRY_GENERATION, state.get(Shared.OLD_ENTRY_GENERATION));
    return true;
  }
}
