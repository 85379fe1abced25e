package dev.terrace.purge.model;

/// How entries come to be: fetches, those who follow them, and what they leave in memory. Each step
/// says whether it could happen; one that could not has changed nothing.
final class FetchSteps {
  private final Guards guards;

  FetchSteps(Guards guards) {
    this.guards = guards;
  }

  /// **Fill**: captures lineage and fence, then asks the target. What the target gives after the
  /// last purge can never be wrong, so it is not played.
  ///
  /// @param way 1 for a conditional request
  boolean fetch(State state, int instance, int way) {
    if (!state.is(instance, Own.UP)
        || !state.is(instance, Own.LINEAGE)
        || state.is(instance, Own.FETCH_LINEAGE)
        || !mayBringTooOld(state, way)) {
      return false;
    }
    boolean judgedBefore = !guards.guards(Planted.BASE_JUDGED_BEFORE_THE_FENCE);
    if (way == 1
        && !(judgedBefore ? state.is(instance, Own.FETCH_BASE) : mayBeBase(state, instance))) {
      return false;
    }
    if (way == 0) {
      state.set(instance, Own.FETCH_BASE, 0);
    } else if (!judgedBefore) {
      state.set(instance, Own.FETCH_BASE, state.get(instance, Own.MEMORY_GENERATION) + 1);
    }
    state.set(instance, Own.FETCH_LINEAGE, state.get(instance, Own.LINEAGE));
    state.set(instance, Own.FETCH_FENCE, guards.stamp(state, instance));
    state.set(instance, Own.FETCH_GENERATION, state.get(Shared.RECEIVED));
    return true;
  }

  private boolean mayBringTooOld(State state, int way) {
    return state.get(Shared.RECEIVED) < guards.setting.purges() || way == 1 && etagsAreKept();
  }

  private boolean etagsAreKept() {
    return guards.has(Feature.KEPT_ETAGS) || guards.has(Feature.OLD_TABLES);
  }

  /// Only where a bug is planted: the base is judged, and the fence is captured later.
  boolean judgeBase(State state, int instance) {
    if (guards.guards(Planted.BASE_JUDGED_BEFORE_THE_FENCE)
        || state.is(instance, Own.FETCH_LINEAGE)
        || state.is(instance, Own.FETCH_BASE)
        || !mayBeBase(state, instance)) {
      return false;
    }
    state.set(instance, Own.FETCH_BASE, state.get(instance, Own.MEMORY_GENERATION) + 1);
    return true;
  }

  /// What was purged is no base; nor what is suspect, where the target keeps an ETag over changed
  /// bytes and the operator said so.
  private boolean mayBeBase(State state, int instance) {
    int lineage = state.get(instance, Own.MEMORY_LINEAGE);
    if (!guards.has(Feature.CONDITIONAL) || !state.is(instance, Own.UP) || lineage == 0) {
      return false;
    }
    int fence = state.get(instance, Own.MEMORY_FENCE);
    return switch (guards.judge(state, instance, lineage, fence)) {
      case CURRENT, SOFT_PURGED -> true;
      case PURGED -> !guards.guards(Planted.PURGED_ENTRY_AS_BASE);
      case SUSPECT ->
          !guards.has(Feature.KEPT_ETAGS) && !coveredBefore(state, instance, lineage, fence);
    };
  }

  /// By the tables of the lineage before; nothing is left of those before it, so their entries
  /// count as covered.
  private boolean coveredBefore(State state, int instance, int lineage, int fence) {
    if (!guards.guards(Planted.OLD_TABLES_FORGOTTEN)) {
      return false;
    }
    // Any purge of this lineage covers it, too: its fetch cannot be shown to have begun later.
    if (state.get(instance, Own.VERSION) > 0) {
      return true;
    }
    return state.get(instance, Own.OLD_LINEAGE) == lineage
        ? fence < state.get(instance, Own.OLD_VERSION)
        : Stamps.contains(state.get(instance, Own.LEFT), lineage);
  }

  /// Whether the base of a conditional request was purged here, in whatever lineage.
  boolean renewsPurged(State state, int instance, int way) {
    return guards.has(Feature.OLD_TABLES)
        && way == 1
        && state.get(instance, Own.MEMORY_GENERATION)
            < Stamps.generation(state.get(instance, Own.HEARD));
  }

  /// **Followers**, where purges are by tag: what the tags are is not known yet.
  boolean join(State state, int instance) {
    int needs = guards.needs(state, instance);
    if (!guards.has(Feature.TAGS)
        || !state.is(instance, Own.UP)
        || !state.is(instance, Own.FETCH_LINEAGE)
        || !guards.mayJoin(state, instance)
        || needs <= state.get(instance, Own.FETCH_NEEDS)) {
      return false;
    }
    state.set(instance, Own.FETCH_NEEDS, needs);
    return true;
  }

  /// The answer is there: followers judge again, and memory has it.
  ///
  /// @param way 1 for a 304 although the bytes changed
  Breach commit(State state, int instance, int way) {
    int base = state.get(instance, Own.FETCH_BASE);
    int generation = way == 0 ? state.get(instance, Own.FETCH_GENERATION) : base - 1;
    int fence = state.get(instance, Own.FETCH_FENCE);
    int lineage = state.get(instance, Own.FETCH_LINEAGE);
    boolean follows =
        guards.isCurrent(state, instance, lineage, fence)
            || !guards.guards(Planted.TAGS_NOT_JUDGED_AT_THE_HEAD);
    boolean tooOld = follows && generation < state.get(instance, Own.FETCH_NEEDS);
    boolean late =
        base == 0
            ? !guards.guards(Planted.FENCE_AT_THE_END_OF_A_FILL)
            : !guards.guards(Planted.FENCE_AT_THE_END_OF_A_304);
    state.set(instance, Own.MEMORY_LINEAGE, lineage);
    state.set(instance, Own.MEMORY_FENCE, late ? guards.stamp(state, instance) : fence);
    state.set(instance, Own.MEMORY_GENERATION, generation);
    state.clear(instance, Own.FETCH_LINEAGE, Own.FETCH_BASE);
    return tooOld ? Breach.FOLLOWER : Breach.NONE;
  }

  boolean mayCommit(State state, int instance, int way) {
    if (!state.is(instance, Own.UP) || !state.is(instance, Own.FETCH_LINEAGE)) {
      return false;
    }
    return way == 0 || etagsAreKept() && state.is(instance, Own.FETCH_BASE);
  }
}
