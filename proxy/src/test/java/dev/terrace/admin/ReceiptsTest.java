package dev.terrace.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.admin.Receipts.Begun;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Purger.Asked;
import dev.terrace.purge.Scope;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// How a purge that comes again under one id is told from another.
final class ReceiptsTest {
  private static final Asked TAG = new Asked(Set.of(new Scope.Tag("a")), Mode.HARD);

  private final Receipts receipts = new Receipts();

  @Test
  void oneThatIsBeingAppliedIsNotBegunTwice() {
    assertThat(receipts.begin("one", TAG)).isInstanceOf(Begun.First.class);
    assertThat(receipts.begin("one", TAG)).isInstanceOf(Begun.UnderWay.class);
    assertThat(receipts.find("one")).isEmpty();
    receipts.keep("one");
    assertThat(receipts.begin("one", TAG)).isEqualTo(new Begun.Again());
  }

  @Test
  void oneThatFailedMayBeTriedAgain() {
    receipts.begin("one", TAG);
    receipts.abandon("one");
    assertThat(receipts.begin("one", TAG)).isInstanceOf(Begun.First.class);
    receipts.keep("one");
    receipts.abandon("one");
    assertThat(receipts.find("one")).contains(TAG);
  }

  @Test
  void theOldestAreForgottenPastTheLimit() {
    for (int i = 0; i <= Receipts.MAX_RECEIPTS; i++) {
      receipts.begin("id-" + i, TAG);
      receipts.keep("id-" + i);
    }
    assertThat(receipts.find("id-0")).isEmpty();
    assertThat(receipts.find("id-1")).contains(TAG);
  }

  @Test
  void largePurgesAreForgottenSooner() {
    Asked large =
        new Asked(
            IntStream.range(0, 10_000)
                .mapToObj(i -> new Scope.Tag("t" + i))
                .collect(Collectors.toSet()),
            Mode.HARD);
    for (int i = 0; i < 11; i++) {
      receipts.begin("id-" + i, large);
      receipts.keep("id-" + i);
    }
    assertThat(receipts.find("id-0")).isEmpty();
    assertThat(receipts.find("id-1")).contains(large);
  }
}
