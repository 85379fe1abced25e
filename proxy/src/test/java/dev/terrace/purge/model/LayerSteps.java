package dev.terrace.purge.model;

import dev.terrace.purge.Verdict;

/// How entries move between layers. Each step says whether it could happen; one that could not has
/// changed nothing.
final class LayerSteps {
  private final Guards guards;

  LayerSteps(Guards guards) {
    this.guards = guards;
  }

  /// Later, and again and again: it never matters when.
  boolean writeToRedis(State state, int instance) {
    int node = state.get(instance, Own.NODE);
    if (!guards.has(Feature.REDIS_ENTRIES)
        || !state.is(instance, Own.UP)
        || state.is(instance, Own.CUT)
        || !state.is(instance, Own.MEMORY_LINEAGE)) {
      return false;
    }
    state.set(node, Copy.ENTRY_LINEAGE, state.get(instance, Own.MEMORY_LINEAGE));
    state.set(node, Copy.ENTRY_FENCE, state.get(instance, Own.MEMORY_FENCE) >> Stamps.LOC_BITS);
    state.set(node, Copy.ENTRY_GENERATION, state.get(instance, Own.MEMORY_GENERATION));
    return true;
  }

  boolean writeFile(State state, int instance) {
    if (!guards.has(Feature.FILES)
        || !state.is(instance, Own.UP)
        || !state.is(instance, Own.MEMORY_LINEAGE)) {
      return false;
    }
    if (guards.guards(Planted.FILE_BEFORE_FSYNC)) {
      Journal.fsync(guards, state, instance);
    }
    int fence = state.get(instance, Own.MEMORY_FENCE);
    boolean stripped = guards.guards(Planted.LOC_IN_FILES);
    state.set(instance, Own.FILE_LINEAGE, state.get(instance, Own.MEMORY_LINEAGE));
    state.set(instance, Own.FILE_FENCE, stripped ? Stamps.withoutLoc(fence) : fence);
    state.set(instance, Own.FILE_GENERATION, state.get(instance, Own.MEMORY_GENERATION));
    state.set(instance, Own.FILE_FOREIGN, 0);
    return true;
  }

  static boolean mayUseFile(Guards guards, State state, int instance) {
    return state.is(instance, Own.FILE_LINEAGE)
        && !state.is(instance, Own.FILE_FOREIGN)
        && guards.mayAnswerFromFiles(state, instance)
        && guards.isCurrent(
            state,
            instance,
            state.get(instance, Own.FILE_LINEAGE),
            state.get(instance, Own.FILE_FENCE));
  }

  boolean promoteFile(State state, int instance) {
    if (!state.is(instance, Own.UP) || !mayUseFile(guards, state, instance)) {
      return false;
    }
    state.set(instance, Own.MEMORY_LINEAGE, state.get(instance, Own.FILE_LINEAGE));
    state.set(instance, Own.MEMORY_FENCE, state.get(instance, Own.FILE_FENCE));
    state.set(instance, Own.MEMORY_GENERATION, state.get(instance, Own.FILE_GENERATION));
    return true;
  }

  /// **Redis read**: only in contact, and with no purge pending.
  boolean lookUp(State state, int instance) {
    int node = state.get(instance, Own.NODE);
    if (!state.is(instance, Own.UP)
        || state.is(instance, Own.CUT)
        || !state.is(instance, Own.LEASE)
        || state.is(instance, Own.PENDING) && guards.guards(Planted.REDIS_READ_WHILE_PENDING)
        || state.is(instance, Own.LOOKUP_LINEAGE)
        || state.get(node, Copy.ENTRY_LINEAGE) == 0) {
      return false;
    }
    state.set(instance, Own.LOOKUP_LINEAGE, state.get(instance, Own.LINEAGE));
    state.set(instance, Own.LOOKUP_STAMP, guards.stamp(state, instance));
    state.set(instance, Own.LOOKUP_NEEDS, guards.needsFromRedis(state, instance));
    state.set(instance, Own.LOOKUP_ENTRY_LINEAGE, state.get(node, Copy.ENTRY_LINEAGE));
    state.set(instance, Own.LOOKUP_ENTRY_FENCE, state.get(node, Copy.ENTRY_FENCE));
    state.set(instance, Own.LOOKUP_ENTRY_GENERATION, state.get(node, Copy.ENTRY_GENERATION));
    return true;
  }

  /// Judges at the end, as if the entry were no younger than the lookup.
  Breach answerFromRedis(State state, int instance) {
    int lineage = state.get(instance, Own.LOOKUP_ENTRY_LINEAGE);
    int generation = state.get(instance, Own.LOOKUP_ENTRY_GENERATION);
    int needs = state.get(instance, Own.LOOKUP_NEEDS);
    int fence = Stamps.stamp(state.get(instance, Own.LOOKUP_ENTRY_FENCE), 0);
    if (guards.guards(Planted.PROMOTION_UNCLAMPED)) {
      fence = Math.min(fence, state.get(instance, Own.LOOKUP_STAMP));
    }
    Verdict verdict = guards.judge(state, instance, lineage, fence);
    state.clear(instance, Own.LOOKUP_LINEAGE, Own.LOOKUP_ENTRY_GENERATION);
    if (verdict != Verdict.CURRENT && guards.guards(Planted.PROMOTION_UNCHECKED)) {
      return Breach.NONE;
    }
    state.set(instance, Own.MEMORY_LINEAGE, lineage);
    state.set(instance, Own.MEMORY_FENCE, fence);
    state.set(instance, Own.MEMORY_GENERATION, generation);
    return generation < needs ? Breach.REDIS : Breach.NONE;
  }
}
