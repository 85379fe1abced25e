package dev.terrace.purge.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.purge.Fence;
import dev.terrace.purge.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Somebody writes over what instances keep in Redis to agree on purges.
final class DamagedHeadTest extends OneLog {
  @ParameterizedTest
  @CsvSource({"seq,x", "seq,1.5", "floor,x", "floor,-1", "lineage,junk", "run,another"})
  void aHeadThatIsDamagedIsBegunAnewAndEverythingOlderIsSuspect(String field, String value) {
    Follow a = serving("a");
    Follow b = serving("b");
    settle(a, b);
    Fence before = a.fetch();
    server.ask("HSET", KEY, field, value);

    a.follow();
    b.follow();

    assertThat(a.purges.isInContact()).isTrue();
    assertThat(a.judge(before)).isEqualTo(Verdict.SUSPECT);
    a.purge("one");
    settle(a, b, a);
    assertThat(standing(a, "one").isComplete()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"one two three", "b 1 2 3 serves", "b x - 0 serves -", "b 1 - 0 dances -"})
  void aMemberThatIsDamagedIsNone(String line) {
    Follow a = serving("a");
    settle(a);
    server.ask("HSET", KEY, "members", server.ask("HGET", KEY, "members") + "\n" + line);

    a.follow();

    assertThat(a.purges.isInContact()).isTrue();
    assertThat(server.ask("HGET", KEY, "members")).startsWith("a ").doesNotContain("\n");
  }
}
