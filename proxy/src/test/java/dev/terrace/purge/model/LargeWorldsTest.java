package dev.terrace.purge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// [PromisesTest] for hours instead of seconds; in the profile `model`. A world with more states
/// than memory has room for is gone through to that bound, nearest states first.
@Tag("model")
final class LargeWorldsTest {
  /// Needs about 4 GiB.
  private static final int MOST_STATES = Integer.getInteger("terrace.model.states", 30_000_000);

  private static final long WALKED_STEPS = Long.getLong("terrace.model.steps", 30_000_000);
  private static final int SEEDS = 4;

  @TestFactory
  Stream<DynamicTest> noOrderOfEventsBreaksAPromise() {
    return Arrays.stream(LargeWorld.values())
        .map(
            world ->
                dynamicTest(
                    world.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    () -> holds(world.name(), Explorer.explore(world.setting, MOST_STATES))));
  }

  @TestFactory
  Stream<DynamicTest> noPromiseIsBrokenInTheWorldOfABugWithoutIt() {
    return Arrays.stream(Planted.values())
        .map(
            bug ->
                dynamicTest(
                    "without " + bug.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    () ->
                        holds("without " + bug.name(), Explorer.explore(bug.world, MOST_STATES))));
  }

  @TestFactory
  Stream<DynamicTest> noWalkBreaksAPromise() {
    return Stream.of(Walks.STRICT, Walks.SERVING, Walks.TWO_MASTERS)
        .flatMap(world -> IntStream.range(0, SEEDS).mapToObj(seed -> walk(world, seed)));
  }

  private static DynamicTest walk(Setting world, long seed) {
    String name = "%s with seed %d".formatted(world.outage(), seed);
    return dynamicTest(name, () -> holds(name, Walk.walk(world, seed, WALKED_STEPS)));
  }

  private static void holds(String name, Outcome outcome) {
    Figures.note(name, outcome);
    assertThat(outcome.breach()).as("%s", outcome).isEqualTo(Breach.NONE);
    assertThat(outcome.fired()).contains(Step.ACKNOWLEDGE);
  }
}
