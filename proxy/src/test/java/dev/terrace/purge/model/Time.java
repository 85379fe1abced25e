package dev.terrace.purge.model;

/// Time passes for everyone alike: it only matters how long ago something was, and never for longer
/// than a lease.
final class Time {
  private Time() {}

  static boolean tick(Guards guards, State state) {
    state.set(Shared.APPLIED_LONG, state.get(Shared.APPLIED));
    Window.tick(guards, state);
    for (int instance = 0; instance < guards.instances; instance++) {
      if (state.is(instance, Own.UP)) {
        tick(guards, state, instance);
      }
    }
    return true;
  }

  private static void tick(Guards guards, State state, int instance) {
    state.set(instance, Own.LEASE, Math.max(0, state.get(instance, Own.LEASE) - 1));
    if (guards.serving()
        && guards.has(Feature.FORGETFUL)
        && guards.guards(Planted.TRUST_WITHOUT_END)
        && !state.is(instance, Own.LEASE)) {
      state.set(instance, Own.AWAY, 1);
    }
    state.set(instance, Own.KNOWN, Math.min(guards.lease, state.get(instance, Own.KNOWN) + 1));
    if (SyncPhase.mayRenew(state.get(instance, Own.SYNC))) {
      state.set(
          instance, Own.SYNC_AGE, Math.min(guards.lease, state.get(instance, Own.SYNC_AGE) + 1));
    }
    for (int other = 0; other < guards.instances; other++) {
      if (state.get(instance, Own.MEMBER_0, other) != Members.NONE) {
        int since = state.get(instance, Own.SINCE_0, other) + 1;
        state.set(instance, Own.SINCE_0, other, Math.min(guards.lease, since));
      }
    }
  }
}
