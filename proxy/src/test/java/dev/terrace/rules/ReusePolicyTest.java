package dev.terrace.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.http.Headers;
import dev.terrace.http.RequestHead;
import dev.terrace.http.ResponseHead;
import dev.terrace.http.Table;
import dev.terrace.rules.ReusePolicy.ClientCacheControl;
import dev.terrace.rules.ReusePolicy.Failure;
import dev.terrace.rules.ReusePolicy.Judgement;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Reusing, as `reusing.txt` has it: a response is stored at [Cases#NOW] and asked for `at` seconds
/// later.
final class ReusePolicyTest {
  static Stream<Arguments> reusing() {
    return Table.rows(ReusePolicyTest.class, "reusing.txt", 6);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("reusing")
  void answersWithWhatIsStoredWhereTheRuleAllows(
      String section, String sentence, String stored, String setting, String request, String want) {
    Map<String, String> settings = Cases.fields(setting);
    Instant now = Cases.NOW.plus(Cases.seconds(settings, "at", 0));
    ReusePolicy policy = policy(settings);
    RequestHead head = Cases.request(request);
    if (stored.isEmpty()) {
      assertThat(described(policy.decideMiss(head, MissReason.URI_MISS))).isEqualTo(want);
      return;
    }
    StoredHead entry = stored(stored, setting);
    Judgement judgement = judgement(settings);
    ReuseDecision decision = policy.decide(now, head, Cases.rule(setting), entry, judgement);
    assertThat(
            described(decision)
                + instead(policy, now, head, entry, judgement, Failure.UNREACHABLE)
                + instead(policy, now, head, entry, judgement, Failure.SERVER_ERROR))
        .as("%s: %s", section, sentence)
        .isEqualTo(want);
  }

  static ReusePolicy policy(Map<String, String> settings) {
    return new ReusePolicy(
        new ReusePolicy.Settings(
            ClientCacheControl.valueOf(
                settings.getOrDefault("clients", "honour").toUpperCase(Locale.ROOT)),
            Cases.seconds(settings, "unreachable", 0),
            ReusePolicy.Suspects.valueOf(
                settings.getOrDefault("suspects", "revalidate").toUpperCase(Locale.ROOT)),
            ReusePolicy.FailingTarget.valueOf(
                settings.getOrDefault("failing", "nothing").toUpperCase(Locale.ROOT))));
  }

  /// Stored by [StorePolicy], unless it would not be.
  static StoredHead stored(String response, String setting) {
    ResponseHead head = Cases.response(response);
    String request = head.status() == 206 ? "Range: bytes=0-" : "";
    StoreDecision decision =
        Cases.storePolicy(setting)
            .decide(
                Cases.intake(Cases.request(request)),
                Cases.rule(setting),
                head,
                Cases.NOW,
                Cases.NOW);
    if (decision instanceof StoreDecision.Store store) {
      return store.head();
    }
    throw new IllegalArgumentException(decision + " of " + response);
  }

  private static Judgement judgement(Map<String, String> settings) {
    if (settings.containsKey("soft")) {
      return Judgement.SOFT_PURGED;
    }
    if (settings.containsKey("suspect")) {
      return settings.containsKey("apart") ? Judgement.SUSPECT_APART : Judgement.SUSPECT;
    }
    return Judgement.CURRENT;
  }

  private static String instead(
      ReusePolicy policy,
      Instant now,
      RequestHead request,
      StoredHead stored,
      Judgement judgement,
      Failure failure) {
    boolean may = policy.mayAnswer(now, request, stored, judgement, failure);
    return may ? (failure == Failure.UNREACHABLE ? " +unreachable" : " +error") : "";
  }

  private static String described(ReuseDecision decision) {
    return switch (decision) {
      case ReuseDecision.Serve(Duration age, ReuseDecision.State state) ->
          word(state) + " " + age.toSeconds();
      case ReuseDecision.Validate(
              Headers conditions,
              MissReason reason,
              ReuseDecision.OnFailure on) ->
          "validate " + reason.word() + " " + word(on) + conditions(conditions);
      case ReuseDecision.Fetch(MissReason reason) -> "fetch " + reason.word();
      case ReuseDecision.Refuse(int status) -> "refuse " + status;
    };
  }

  private static String conditions(Headers conditions) {
    String etag = conditions.first("If-None-Match").map(tag -> " " + tag).orElse("");
    Optional<String> date = conditions.first("If-Modified-Since");
    return etag + date.map(_ -> " by-date").orElse("");
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
