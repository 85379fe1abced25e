package dev.terrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Who counts, by what Sentinels say: each is here a letter, which is its id, and listens at an
/// address of that name.
final class VotersTest {
  private final Voters voters = new Voters(List.of(named("s1"), named("s2")));

  @Test
  void aNameAndAnAddressOfOneSentinelAreOneVoter() {
    hear("s1", "a", "bcde");
    hear("s2", "b", "acde");
    hear("a", "a", "bcde");
    hear("b", "b", "acde");

    assertThat(voters.areMost(Set.of("a", "b"))).as("two of five").isFalse();
    assertThat(voters.areMost(Set.of("a", "b", "c"))).as("three of five").isTrue();
  }

  @Test
  void aSeedThatWasNeverReachedIsOneOfThoseListed() {
    hear("s1", "a", "bc");

    assertThat(voters.areMost(Set.of("a"))).as("one of three").isFalse();
    assertThat(voters.areMost(Set.of("a", "c"))).as("two of three").isTrue();
  }

  @Test
  void aSeedThatWasNeverReachedCountsWhereTooFewAreListed() {
    hear("s1", "a", "");
    assertThat(voters.areMost(Set.of("a"))).as("one of two").isFalse();

    hear("s2", "a", "");
    assertThat(voters.areMost(Set.of("a"))).as("the only one, by two names").isTrue();
  }

  @Test
  void whoAnswersAtALearnedAddressIsHeardIfSomebodyListsIt() {
    assertThat(hear("a", "a", "")).isFalse();
    hear("s1", "a", "b");
    assertThat(hear("b", "z", "yx")).as("of another network").isFalse();
    assertThat(hear("b", "b", "a")).isTrue();
    assertThat(voters.areMost(Set.of("a", "b"))).isTrue();
    assertThat(voters.addresses())
        .containsExactlyInAnyOrder(named("s1"), named("s2"), named("a"), named("b"));
  }

  @Test
  void whoCannotTellItsIdDoesNotCountButTellsOfOthers() {
    Voters.Word word = word("s1", "", "ab");

    assertThat(voters.hear(word)).isTrue();

    assertThat(voters.areMost(Set.of(word.voter()))).isFalse();
    assertThat(voters.areMost(Set.of(word.voter(), "a"))).isFalse();
    assertThat(voters.areMost(Set.of("a", "b"))).isTrue();
    assertThat(voters.listedAt(named("b"))).isEqualTo("b");
    assertThat(voters.listedAt(named("s1"))).isEmpty();
  }

  @Test
  void whoNobodyListsCountsUntilMostHaveAnswered() {
    hear("s1", "a", "bcde");

    voters.forgetGone(List.of(word("s1", "a", ""), word("s2", "b", "")));
    assertThat(voters.areMost(Set.of("a", "b"))).as("two of five").isFalse();

    voters.forgetGone(List.of(word("s1", "a", ""), word("s2", "b", ""), word("c", "c", "d")));
    assertThat(voters.areMost(Set.of("a", "b"))).as("two of four").isFalse();
    assertThat(voters.areMost(Set.of("a", "b", "c"))).as("three of four").isTrue();
    assertThat(voters.addresses()).doesNotContain(named("e"));
  }

  @Test
  void whoWasStartedAnewTakesThePlaceOfWhoItWas() {
    hear("s1", "a", "bc");
    hear("s2", "b", "ac");
    Voters.Word anew = new Voters.Word(named("s1"), "x", Map.of("y", named("b")));

    voters.hear(anew);
    voters.forgetGone(List.of(anew));

    assertThat(voters.areMost(Set.of("x"))).as("one of x, y and c").isFalse();
    assertThat(voters.areMost(Set.of("x", "y"))).as("two of x, y and c").isTrue();
  }

  @Test
  void whoWasStartedAnewDoesNotTakeThePlaceOfOneThatIsListed() {
    hear("s1", "a", "b");
    Voters.Word anew = word("s1", "x", "");
    Voters.Word other = word("b", "b", "a");

    voters.hear(anew);
    voters.hear(other);
    voters.forgetGone(List.of(anew));
    voters.hear(other);

    assertThat(voters.areMost(Set.of("x"))).isFalse();
    assertThat(voters.areMost(Set.of("x", "b"))).as("two of a, b and x").isTrue();
  }

  @Test
  void thoseThatAnswerAtOneAddressInTurnDoNotPushEachOtherOut() {
    Voters balanced = new Voters(List.of(named("s")));
    balanced.hear(word("s", "a", "bc"));
    for (String id : List.of("b", "c", "a", "b")) {
      Voters.Word reset = word("s", id, "");
      balanced.hear(reset);
      balanced.forgetGone(List.of(reset));
      assertThat(balanced.areMost(Set.of(id))).as("one of three").isFalse();
    }
    Voters.Word anew = word("s", "x", "");
    balanced.hear(anew);
    balanced.forgetGone(List.of(anew));
    assertThat(balanced.areMost(Set.of("x"))).as("one of three").isFalse();
    assertThat(balanced.areMost(Set.of("x", "a"))).as("two of three").isTrue();
  }

  private boolean hear(String from, String id, String others) {
    return voters.hear(word(from, id, others));
  }

  private static Voters.Word word(String from, String id, String others) {
    Map<String, Node> listed = new HashMap<>();
    for (String other : others.split("(?!^)")) {
      if (!other.isEmpty()) {
        listed.put(other, named(other));
      }
    }
    return new Voters.Word(named(from), id, listed);
  }

  private static Node named(String host) {
    return new Node(host, 26_379);
  }
}
