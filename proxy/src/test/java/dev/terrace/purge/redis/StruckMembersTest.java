package dev.terrace.purge.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.purge.Fence;
import dev.terrace.purge.Standing;
import dev.terrace.purge.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Who is taken off the list of members for being silent, and what that costs.
final class StruckMembersTest extends OneLog {
  /// One that serves from memory alone, which nobody waits for, or names, for ever.
  @Test
  void whoForgetsAndIsSilentForADayIsStruckOffAndTrustsNothingFromThenOn() {
    Follow a = serving("a");
    Follow b = forgetting("b");
    Follow c = serving("c");
    settle(b, c, a);
    assertThat(b.purges.isTrusted()).isTrue();
    passInContact(a, Duration.ofHours(22));
    assertThat(b.purges.isTrusted()).as("still on the list").isTrue();
    a.purge("one");
    a.follow();
    assertThat(standing(a, "one").others())
        .containsExactlyInAnyOrder(
            new Standing.Instance("b", Standing.State.UNREACHABLE),
            new Standing.Instance("c", Standing.State.UNREACHABLE));

    passInContact(a, Duration.ofHours(3));
    a.purge("two");
    a.follow();
    assertThat(standing(a, "two").others())
        .as("whose files may serve after a restart is named for ever")
        .containsExactly(new Standing.Instance("c", Standing.State.UNREACHABLE));
    assertThat(b.purges.isTrusted()).isFalse();

    Fence before = a.fetch();
    settle(b, a);
    assertThat(b.purges.isInContact()).isTrue();
    assertThat(a.judge(before)).as("who comes back after all").isEqualTo(Verdict.SUSPECT);
    a.purge("three");
    settle(a, b);
    assertThat(standing(a, "three").others())
        .contains(new Standing.Instance("b", Standing.State.APPLIED));
  }

  @Test
  void whoWasAwayHimselfStrikesNobodyOff() {
    Follow a = serving("a");
    Follow b = forgetting("b");
    settle(b, a);
    time.pass(Duration.ofDays(2));
    a.follow();
    a.purge("one");
    a.follow();
    assertThat(standing(a, "one").others()).hasSize(1);
    String lineage = lineage();
    settle(b, a);
    assertThat(lineage()).isEqualTo(lineage);
  }

  private void passInContact(Follow instance, Duration duration) {
    Duration step = Duration.ofSeconds(60);
    for (Duration passed = Duration.ZERO;
        passed.compareTo(duration) < 0;
        passed = passed.plus(step)) {
      time.pass(step);
      instance.follow();
    }
  }
}
