package dev.terrace.purge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Each guard of the protocol is needed: without it the exploration finds a wrong answer, so the
/// exploration can see what it is made to see.
final class PlantedBugsTest {
  private static final int MOST_STATES = 10_000_000;

  @TestFactory
  Stream<DynamicTest> everyGuardTakenAwayLeadsToAWrongAnswer() {
    return Arrays.stream(Planted.values())
        .map(
            bug ->
                dynamicTest(
                    bug.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " is found",
                    () -> isFound(bug)));
  }

  private static void isFound(Planted bug) {
    Outcome outcome = Explorer.explore(bug.world.planting(bug), MOST_STATES);
    Figures.note(bug.name(), outcome);
    assertThat(outcome.breach()).as("%s", outcome).isNotEqualTo(Breach.NONE);
    assertThat(outcome.trace()).isNotEmpty();
  }
}
