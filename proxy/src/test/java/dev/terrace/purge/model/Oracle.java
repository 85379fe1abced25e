package dev.terrace.purge.model;

/// Holds answers to the promises. It knows what no instance knows: the true generation of each
/// entry, and what was acknowledged.
///
/// Answers from memory and files take no time in the model, so they are no steps: in every state,
/// each that could be given is checked.
final class Oracle {
  private final Guards guards;

  Oracle(Guards guards) {
    this.guards = guards;
  }

  Breach breach(State state) {
    for (int instance = 0; instance < guards.instances; instance++) {
      if (state.is(instance, Own.UP) && guards.needs(state, instance) > 0) {
        Breach breach = breach(state, instance);
        if (breach != Breach.NONE) {
          return breach;
        }
      }
    }
    return Breach.NONE;
  }

  private Breach breach(State state, int instance) {
    if (guards.mayAnswer(state, instance)
        && answersTooOld(
            state, instance, Own.MEMORY_LINEAGE, Own.MEMORY_FENCE, Own.MEMORY_GENERATION)) {
      return Breach.MEMORY;
    }
    if (!state.is(instance, Own.FILE_FOREIGN)
        && guards.mayAnswerFromFiles(state, instance)
        && answersTooOld(state, instance, Own.FILE_LINEAGE, Own.FILE_FENCE, Own.FILE_GENERATION)) {
      return Breach.FILE;
    }
    return isJoinedWrongly(state, instance) ? Breach.FOLLOWER : Breach.NONE;
  }

  private boolean answersTooOld(
      State state, int instance, Own lineageField, Own fenceField, Own generationField) {
    int lineage = state.get(instance, lineageField);
    int generation = state.get(instance, generationField);
    if (lineage == 0 || generation >= guards.needs(state, instance)) {
      return false;
    }
    int fence = state.get(instance, fenceField);
    if (guards.isCurrent(state, instance, lineage, fence)) {
      return true;
    }
    return guards.isStale(state, instance, lineage, fence)
        && generation < guards.needsWhereStale(state, instance);
  }

  /// With tags it is told when the head is there, by [FetchSteps].
  private boolean isJoinedWrongly(State state, int instance) {
    int lineage = state.get(instance, Own.FETCH_LINEAGE);
    return lineage != 0
        && !guards.has(Feature.TAGS)
        && state.get(instance, Own.FETCH_GENERATION) < guards.needs(state, instance)
        && guards.mayJoin(state, instance)
        && (!guards.guards(Planted.FOLLOWER_JOINS_AN_OLD_FETCH)
            || guards.isCurrent(state, instance, lineage, state.get(instance, Own.FETCH_FENCE)));
  }
}
