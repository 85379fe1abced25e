package dev.terrace.purge.model;

/// The state in which every exploration begins.
final class Beginning {
  private static final int FIRST_LINEAGE = 1;

  private Beginning() {}

  /// Unless the start is cold, everyone is in contact, and every layer has an entry from before the
  /// first purge.
  static State of(Guards guards, State state) {
    state.set(Shared.NEXT_LINEAGE, FIRST_LINEAGE + 1);
    for (Fault fault : Fault.values()) {
      state.allow(fault, guards.setting.allowed(fault));
    }
    state.set(Copies.MASTER, Copy.PRESENT, 1);
    state.set(Copies.MASTER, Copy.RUN, 1);
    state.set(Copies.MASTER, Copy.LINEAGE, FIRST_LINEAGE);
    state.set(Copies.MASTER, Copy.SETTLED, 1);
    boolean cold = guards.has(Feature.COLD);
    if (guards.has(Feature.REDIS_ENTRIES) && !cold) {
      state.set(Copies.MASTER, Copy.ENTRY_LINEAGE, FIRST_LINEAGE);
    }
    state.set(Shared.OLD_ENTRY_LINEAGE, guards.setting.allowed(Fault.OLD_ENTRY) > 0 ? 1 : 0);
    for (int instance = 0; instance < guards.instances; instance++) {
      state.set(instance, Own.UP, 1);
      state.set(instance, Own.LINEAGE, FIRST_LINEAGE);
      if (cold) {
        state.set(instance, Own.AWAY, guards.serving() ? 1 : 0);
      } else {
        warm(guards, state, instance);
      }
    }
    return state;
  }

  private static void warm(Guards guards, State state, int instance) {
    state.set(Copies.MASTER, Copy.MEMBER_0, instance, Members.reporting(0));
    state.set(Copies.MASTER, Copy.BEAT_0, instance, Beats.THERE);
    state.set(instance, Own.LEASE, guards.lease);
    state.set(instance, Own.KNOWN, guards.lease);
    state.set(instance, Own.BEATEN, 1);
    state.set(instance, Own.INFORMED, 1);
    state.set(instance, Own.SETTLED, 1);
    state.set(instance, Own.MEMORY_LINEAGE, FIRST_LINEAGE);
    if (guards.has(Feature.FILES)) {
      state.set(instance, Own.FILE_LINEAGE, FIRST_LINEAGE);
    }
    for (int other = 0; other < guards.instances; other++) {
      if (other != instance && guards.givesReceipts(instance)) {
        state.set(instance, Own.MEMBER_0, other, Members.reporting(0));
        state.set(instance, Own.SEEN_0, other, Beats.SEEN);
      }
    }
    if (guards.serving()) {
      int others = (1 << guards.instances) - 1 & ~(1 << instance);
      state.set(instance, Own.KNOWN_MEMBERS, others);
    }
  }
}
