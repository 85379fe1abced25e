package dev.terrace.purge.model;

/// What an instance keeps through a crash.
final class Journal {
  private Journal() {}

  /// What it knows is on the disk.
  static void fsync(Guards guards, State state, int instance) {
    if (!guards.has(Feature.DISK_TAIL)) {
      return;
    }
    state.set(instance, Own.DISK_POSITION, state.get(instance, Own.POSITION));
    state.set(instance, Own.DISK_NONCE, state.get(instance, Own.NONCE));
    state.set(instance, Own.DISK_VERSION, state.get(instance, Own.VERSION));
    state.set(instance, Own.DISK_FLOOR, state.get(instance, Own.FLOOR));
    state.set(instance, Own.DISK_PENDING, state.get(instance, Own.PENDING));
  }

  /// Reads the journal after a crash: stamps that were read back come without loc, and pending
  /// purges stand at the position's first loc.
  static void reload(Guards guards, State state, int instance) {
    if (guards.has(Feature.DISK_TAIL)) {
      state.set(instance, Own.POSITION, state.get(instance, Own.DISK_POSITION));
      state.set(instance, Own.NONCE, state.get(instance, Own.DISK_NONCE));
      state.set(instance, Own.VERSION, state.get(instance, Own.DISK_VERSION));
      state.set(instance, Own.FLOOR, state.get(instance, Own.DISK_FLOOR));
      state.set(instance, Own.PENDING, state.get(instance, Own.DISK_PENDING));
      state.set(
          instance,
          Own.STAMPED,
          state.get(instance, Own.STAMPED) & ~state.get(instance, Own.DISK_PENDING));
    }
    if (!guards.guards(Planted.PENDING_NOT_DURABLE)) {
      state.set(instance, Own.PENDING, 0);
    }
    state.set(instance, Own.VERSION, Stamps.withoutLoc(state.get(instance, Own.VERSION)));
    state.set(instance, Own.SOFT_VERSION, Stamps.withoutLoc(state.get(instance, Own.SOFT_VERSION)));
    reapplyPending(guards, state, instance);
    fsync(guards, state, instance);
  }

  /// All pending purges together take the first loc.
  static void reapplyPending(Guards guards, State state, int instance) {
    int pending = state.get(instance, Own.PENDING);
    state.set(instance, Own.LOC, pending == 0 ? 0 : 1);
    for (int purge = 1; purge <= State.MOST_PURGES; purge++) {
      if (Stamps.contains(pending, purge)) {
        PurgeSteps.apply(guards, state, instance, purge, guards.stamp(state, instance));
      }
    }
  }
}
