package dev.terrace.purge.model;

/// The limit of the promises: control data put back by hand under a running process protect nothing
/// until an instance that saw newer ones has synced, and leases granted meanwhile have run out.
final class Window {
  static final int CLOSED = 0;
  static final int OPEN = 1;
  static final int CLOSING = 2;

  static final int BY_BEAT = 1;
  static final int BY_JOURNAL = 2;

  private Window() {}

  /// Before [Copies#SAVED] is put back.
  static void open(Guards guards, State state) {
    state.set(Shared.WINDOW, OPEN);
    state.set(Shared.WINDOW_LEFT, 0);
    int saved = state.get(Copies.SAVED, Copy.LINEAGE);
    for (int instance = 0; instance < guards.instances; instance++) {
      boolean sameLineage = state.get(instance, Own.LINEAGE) == saved;
      int saw = 0;
      if (sameLineage
          && state.is(instance, Own.BEATEN)
          && state.get(Copies.SAVED, Copy.BEAT_0, instance) == Beats.GONE) {
        saw |= BY_BEAT;
      }
      if (sameLineage && state.get(instance, Own.POSITION) > state.get(Copies.SAVED, Copy.SEQ)
          || Stamps.contains(state.get(instance, Own.LEFT), saved)) {
        saw |= BY_JOURNAL;
      }
      state.set(instance, Own.SAW_NEWER, saw);
    }
  }

  /// A script found no cause for doubt.
  static void synced(Guards guards, State state, int instance) {
    if (state.is(instance, Own.SAW_NEWER)) {
      closing(guards, state);
    }
  }

  static void closing(Guards guards, State state) {
    if (state.get(Shared.WINDOW) == OPEN) {
      state.set(Shared.WINDOW, CLOSING);
      state.set(Shared.WINDOW_LEFT, guards.lease);
    }
  }

  static void tick(Guards guards, State state) {
    if (state.get(Shared.WINDOW) != CLOSING) {
      return;
    }
    int left = state.get(Shared.WINDOW_LEFT) - 1;
    state.set(Shared.WINDOW_LEFT, left);
    if (left == 0) {
      state.set(Shared.WINDOW, CLOSED);
      for (int instance = 0; instance < guards.instances; instance++) {
        state.set(instance, Own.SAW_NEWER, 0);
      }
    }
  }
}
