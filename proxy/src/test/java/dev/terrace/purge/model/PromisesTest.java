package dev.terrace.purge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What was purged does not come back, whatever the order of events.
final class PromisesTest {
  private static final int MOST_STATES = 10_000_000;
  private static final long WALKED_STEPS = 2_000_000;

  @TestFactory
  Stream<DynamicTest> noOrderOfEventsBreaksAPromise() {
    return Arrays.stream(World.values())
        .map(
            world ->
                dynamicTest(
                    world.name().toLowerCase(Locale.ROOT).replace('_', ' '), () -> holds(world)));
  }

  private static void holds(World world) {
    Outcome outcome = Explorer.explore(world.setting, MOST_STATES);
    Figures.note(world.name(), outcome);
    assertThat(outcome.breach()).as("%s", outcome).isEqualTo(Breach.NONE);
    assertThat(outcome.whole()).as("%s", outcome).isTrue();
    assertThat(outcome.fired()).containsAll(world.expected);
  }

  /// With `serve`, whoever makes a new control key without having heard of a member cannot name it:
  /// it lost its journal, or the member came and was cut off before anyone else heard of it. The
  /// decision page calls it a limit; if it ever ceases to be one, the page is to say so.
  @ParameterizedTest
  @EnumSource(names = {"LOST_JOURNAL", "LEAVE"})
  void whoNeverHeardOfAMemberCannotNameIt(Fault fault) {
    Setting world = Setting.serving(2, 1).with(Fault.EVICTION, 1).with(fault, 1);

    assertThat(Explorer.explore(world, MOST_STATES).breach()).isNotEqualTo(Breach.NONE);
  }

  @Test
  void noWalkOfThreeInstancesBreaksAPromise() {
    walk(Walks.STRICT, 1);
  }

  @Test
  void noWalkOfThreeServingInstancesBreaksAPromise() {
    walk(Walks.SERVING, 2);
  }

  @Test
  void noWalkBetweenTwoMastersBreaksAPromise() {
    walk(Walks.TWO_MASTERS, 3);
  }

  private static void walk(Setting setting, long seed) {
    Outcome outcome = Walk.walk(setting, seed, WALKED_STEPS);
    Figures.note("walk with seed " + seed, outcome);
    assertThat(outcome.breach()).as("%s", outcome).isEqualTo(Breach.NONE);
    Set<Step> expected = EnumSet.of(Step.ACKNOWLEDGE, Step.ANSWER_FROM_REDIS, Step.BIRTH);
    assertThat(outcome.fired()).containsAll(expected);
  }

  @Test
  void aWalkFindsWhatIsPlantedAndItsSeedFindsItAgain() {
    Setting world = Walks.STRICT.planting(Planted.MEMBERS_NOT_ASKED);

    Outcome outcome = Walk.walk(world, 4, WALKED_STEPS);

    assertThat(outcome.breach()).isNotEqualTo(Breach.NONE);
    assertThat(Walk.walk(world, 4, WALKED_STEPS).trace()).isEqualTo(outcome.trace());
  }
}
