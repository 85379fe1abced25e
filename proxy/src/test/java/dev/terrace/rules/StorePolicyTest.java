package dev.terrace.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.http.Headers;
import dev.terrace.http.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Storing, as `storing.txt` has it. The last cell says what is decided: `skip` with a reason, or
/// `store` with words that must all be among those of [#described]; `of-part` before it asks about
/// a part.
final class StorePolicyTest {
  static Stream<Arguments> storing() {
    return Table.rows(StorePolicyTest.class, "storing.txt", 6);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("storing")
  void storesWhatTheRuleAllowsForAsLongAsItSays(
      String section, String sentence, String request, String rule, String response, String want) {
    Instant requestedAt = Cases.NOW.minus(Cases.seconds(Cases.fields(rule), "delay", 0));
    StoreDecision decision =
        want.startsWith("of-part")
            ? Cases.storePolicy(rule)
                .decidePartial(
                    Cases.intake(Cases.request(request)),
                    Cases.rule(rule),
                    Cases.response(response),
                    requestedAt,
                    Cases.NOW)
            : Cases.storePolicy(rule)
                .decide(
                    Cases.intake(Cases.request(request)),
                    Cases.rule(rule),
                    Cases.response(response),
                    requestedAt,
                    Cases.NOW);
    String[] words = want.replace("of-part", "").strip().split(" ", -1);
    assertThat((" " + described(decision) + " ").split(" ", -1))
        .as("%s: %s", section, sentence)
        .contains(words);
  }

  private static String described(StoreDecision decision) {
    return switch (decision) {
      case StoreDecision.Skip(SkipReason reason) -> "skip " + reason.word();
      case StoreDecision.Store store -> "store " + described(store);
    };
  }

  private static String described(StoreDecision.Store store) {
    StoredHead head = store.head();
    Lifetime lifetime = head.lifetime();
    StringBuilder text = new StringBuilder();
    text.append("status=").append(head.response().status());
    text.append(" source=").append(lifetime.source().word());
    text.append(" fresh=").append(lifetime.freshness().toSeconds());
    text.append(" age=").append(Duration.between(head.bornAt(), Cases.NOW).toSeconds());
    text.append(" swr=").append(lifetime.staleWhileRevalidate().toSeconds());
    text.append(" sie=").append(lifetime.staleIfError().toSeconds());
    text.append(" vary=").append(String.join(",", store.varyNames()));
    text.append(" tags=")
        .append(
            String.join(",", new TreeSet<>(store.tags())).replaceAll("\u00a7, (\\S+) ", "@$1/"));
    text.append(" gate=").append(store.gateDigest().isEmpty() ? "closed" : "lifted");
    text.append(lifetime.limits().isEmpty() ? " no-limits" : "");
    for (Lifetime.Limit limit : lifetime.limits()) {
      text.append(' ').append(limit.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
    TreeSet<String> names = new TreeSet<>();
    for (Headers.Field field : head.response().headers()) {
      names.add(field.name().toLowerCase(Locale.ROOT));
    }
    return text.append(" fields=").append(String.join(",", names)).toString();
  }
}
