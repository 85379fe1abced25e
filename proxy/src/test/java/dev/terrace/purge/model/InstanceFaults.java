package dev.terrace.purge.model;

/// What happens to instances and their connections. Each step says whether it could happen; one
/// that could not has changed nothing.
final class InstanceFaults {
  private final Guards guards;

  InstanceFaults(Guards guards) {
    this.guards = guards;
  }

  boolean cut(State state, int instance) {
    if (!state.is(instance, Own.UP) || state.is(instance, Own.CUT) || !state.spend(Fault.CUT)) {
      return false;
    }
    state.set(instance, Own.CUT, 1);
    Renewal.end(guards, state, instance);
    return true;
  }

  boolean heal(State state, int instance) {
    if (!state.is(instance, Own.CUT)) {
      return false;
    }
    state.set(instance, Own.CUT, 0);
    return true;
  }

  boolean loseReply(State state, int instance) {
    if (!state.is(instance, Own.SYNC) || !state.spend(Fault.LOST_REPLY)) {
      return false;
    }
    Renewal.end(guards, state, instance);
    return true;
  }

  boolean crash(State state, int instance) {
    if (!state.is(instance, Own.UP) || !state.spend(Fault.CRASH)) {
      return false;
    }
    stop(state, instance);
    if (guards.has(Feature.FORGETFUL)) {
      setAway(state, instance);
    }
    return true;
  }

  private void stop(State state, int instance) {
    Renewal.end(guards, state, instance);
    Journal.reload(guards, state, instance);
    Beats.forget(guards, state, instance);
    state.clear(instance, Own.LEASE, Own.MEMORY_GENERATION);
    state.clear(instance, Own.FETCH_LINEAGE, Own.LOOKUP_ENTRY_GENERATION);
    state.set(instance, Own.SAW_NEWER, state.get(instance, Own.SAW_NEWER) & Window.BY_JOURNAL);
    state.set(instance, Own.UP, 0);
  }

  /// The instance that comes back is a new one, whose files are another's. Of what only its journal
  /// held, nothing is promised any more.
  boolean loseJournal(State state, int instance) {
    if (!state.is(instance, Own.UP) || !state.spend(Fault.LOST_JOURNAL)) {
      return false;
    }
    stop(state, instance);
    state.clear(instance, Own.LINEAGE, Own.AWAY);
    setAway(state, instance);
    state.set(instance, Own.LOC, 0);
    state.set(instance, Own.FILE_FOREIGN, state.get(instance, Own.FILE_LINEAGE) == 0 ? 0 : 1);
    state.set(instance, Own.BOUND, state.get(Shared.ACKED));
    state.set(instance, Own.SAW_NEWER, 0);
    return true;
  }

  /// A clean stop removes the member.
  boolean leave(State state, int instance) {
    int node = state.get(instance, Own.NODE);
    if (!state.is(instance, Own.UP)
        || state.is(instance, Own.CUT)
        || state.get(node, Copy.PRESENT) == 0
        || state.get(node, Copy.LINEAGE) != state.get(instance, Own.LINEAGE)
        || !state.spend(Fault.LEAVE)) {
      return false;
    }
    state.set(node, Copy.MEMBER_0, instance, Members.NONE);
    for (int other = 0; other < guards.instances; other++) {
      // Whoever hears of it no longer carries it into new lineages.
      int known = state.get(other, Own.KNOWN_MEMBERS);
      state.set(other, Own.KNOWN_MEMBERS, known & ~Stamps.bit(instance + 1));
    }
    stop(state, instance);
    setAway(state, instance);
    return true;
  }

  private void setAway(State state, int instance) {
    state.set(instance, Own.AWAY, guards.serving() ? 1 : 0);
  }

  boolean start(State state, int instance) {
    if (state.is(instance, Own.UP)) {
      return false;
    }
    state.set(instance, Own.UP, 1);
    return true;
  }

  /// Connects to the old master instead of the promoted replica, or back.
  boolean connectElsewhere(State state, int instance) {
    if (guards.copies <= Copies.PROMOTED
        || state.get(Copies.PROMOTED, Copy.PRESENT) == 0
        || !state.is(instance, Own.UP)
        || !state.spend(Fault.RECONNECT)) {
      return false;
    }
    Renewal.end(guards, state, instance);
    int node = state.get(instance, Own.NODE);
    state.set(instance, Own.NODE, node == Copies.MASTER ? Copies.PROMOTED : Copies.MASTER);
    return true;
  }
}
