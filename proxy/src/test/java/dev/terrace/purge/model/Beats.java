package dev.terrace.purge.model;

/// Beats are counted up for ever; what matters of them are two questions, so only the answers are
/// kept: does a copy hold the last beat that its maker knows of, and is a beat the one that another
/// instance saw last?
final class Beats {
  // In a copy, per member.

  static final int GONE = 0;

  /// The last beat that its maker had a reply to.
  static final int THERE = 1;

  /// One whose reply is under way.
  static final int LATER = 2;

  // In an instance, per other member.

  static final int UNSEEN = 0;
  static final int SEEN = 1;

  /// As SEEN once the reply under way is there.
  static final int SHOWN = 2;

  private Beats() {}

  /// The script shows the beat of `other`.
  ///
  /// @return the set of `other` if the beat was not seen before
  static int look(State state, int instance, int other) {
    if (state.get(instance, Own.SEEN_0, other) == SEEN) {
      return 0;
    }
    state.set(instance, Own.SEEN_0, other, SHOWN);
    return Stamps.bit(other + 1);
  }

  /// The reply came.
  static void confirm(Guards guards, State state, int instance) {
    for (int copy = 0; copy < guards.copies; copy++) {
      int beat = state.get(copy, Copy.BEAT_0, instance);
      state.set(copy, Copy.BEAT_0, instance, beat == LATER ? THERE : GONE);
    }
    state.set(instance, Own.BEATEN, 1);
  }

  /// The reply will never come.
  static void drop(Guards guards, State state, int instance) {
    for (int copy = 0; copy < guards.copies; copy++) {
      if (state.get(copy, Copy.BEAT_0, instance) == LATER) {
        state.set(copy, Copy.BEAT_0, instance, THERE);
      }
    }
    for (int other = 0; other < guards.instances; other++) {
      if (state.get(instance, Own.SEEN_0, other) == SHOWN) {
        state.set(instance, Own.SEEN_0, other, UNSEEN);
      }
    }
  }

  /// Another boot or lineage: earlier beats are no longer looked for.
  static void forget(Guards guards, State state, int instance) {
    for (int copy = 0; copy < guards.copies; copy++) {
      state.set(copy, Copy.BEAT_0, instance, GONE);
    }
    state.set(instance, Own.BEATEN, 0);
  }
}
