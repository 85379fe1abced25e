package dev.terrace.purge.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// A cache that never answers breaks no promise. These are the orders of events in which the
/// protocol is to answer, or to acknowledge.
final class UsefulnessTest {
  private static final int ACKNOWLEDGED = 1;

  private Model model = new Model(Setting.strict(2, 2));
  private State state = model.first();

  private void in(Setting setting) {
    model = new Model(setting);
    state = model.first();
  }

  private void play(int instance, Step... steps) {
    for (Step step : steps) {
      assertThat(model.apply(state, Model.code(step, instance, 0))).as("%s", step).isTrue();
      assertThat(model.breach(state)).isEqualTo(Breach.NONE);
    }
  }

  private void sync(int instance) {
    play(instance, Step.SEND, Step.RUN, Step.REPLY);
  }

  private void fill(int instance) {
    play(instance, Step.FETCH, Step.COMMIT);
  }

  private boolean answersFromMemory(int instance) {
    return model.guards.mayAnswer(state, instance)
        && model.guards.isCurrent(
            state,
            instance,
            state.get(instance, Own.MEMORY_LINEAGE),
            state.get(instance, Own.MEMORY_FENCE));
  }

  @Test
  void whatIsFetchedAfterAPurgeAnswersAtOnceWhereItWasReceived() {
    play(0, Step.RECEIVE);
    assertThat(answersFromMemory(0)).isFalse();

    fill(0);

    assertThat(answersFromMemory(0)).isTrue();
  }

  @Test
  void aPurgeIsAcknowledgedOnceTheOtherInstanceHasReportedIt() {
    play(0, Step.RECEIVE);
    sync(0);
    sync(1);
    sync(1);
    sync(0);

    play(0, Step.ACKNOWLEDGE);

    assertThat(state.get(Shared.ACKED)).isEqualTo(ACKNOWLEDGED);
    assertThat(answersFromMemory(1)).isFalse();
  }

  @Test
  void aSilentInstanceIsWaitedForNoLongerThanALease() {
    play(0, Step.RECEIVE);
    sync(0);
    play(0, Step.TICK, Step.ACKNOWLEDGE);

    assertThat(state.get(Shared.ACKED)).isEqualTo(ACKNOWLEDGED);
  }

  @Test
  void whatOneInstanceFetchedAnswersAtTheOtherFromRedis() {
    in(Setting.strict(2, 2).with(Feature.REDIS_ENTRIES));
    play(0, Step.RECEIVE);
    sync(0);
    sync(1);
    fill(1);
    play(1, Step.WRITE_TO_REDIS);

    play(0, Step.LOOK_UP, Step.ANSWER_FROM_REDIS);

    assertThat(answersFromMemory(0)).isTrue();
  }

  @Test
  void anInstanceThatIsCutOffForLessThanALeaseDistrustsNothing() {
    in(Setting.strict(2, 2).with(Fault.CUT, 1));
    play(0, Step.CUT, Step.HEAL);
    assertThat(answersFromMemory(0)).isTrue();

    play(0, Step.TICK);
    assertThat(answersFromMemory(0)).isFalse();

    sync(0);
    assertThat(answersFromMemory(0)).isTrue();
  }

  @Test
  void anInstanceThatServesGoesOnThroughAnOutageAndIsNamed() {
    in(Setting.serving(2, 2).with(Fault.CUT, 1));
    play(1, Step.CUT);
    play(0, Step.RECEIVE);
    sync(0);
    play(0, Step.TICK, Step.ACKNOWLEDGE);

    assertThat(answersFromMemory(1)).isTrue();
    assertThat(state.get(1, Own.BOUND)).isZero();
  }

  @Test
  void aLostControlKeyCostsOneFetchAndNoMore() {
    in(Setting.strict(2, 2).with(Fault.EVICTION, 1));
    play(0, Step.EVICT);
    sync(0);
    play(0, Step.BIRTH);
    sync(0);
    sync(0);
    assertThat(answersFromMemory(0)).isFalse();

    fill(0);

    assertThat(answersFromMemory(0)).isTrue();
  }

  @Test
  void filesAnswerAfterARestartOnceThereIsALease() {
    in(Setting.strict(2, 2).with(Feature.FILES).with(Fault.CRASH, 1));
    play(0, Step.CRASH, Step.START);
    assertThat(LayerSteps.mayUseFile(model.guards, state, 0)).isFalse();

    sync(0);

    assertThat(LayerSteps.mayUseFile(model.guards, state, 0)).isTrue();
  }
}
