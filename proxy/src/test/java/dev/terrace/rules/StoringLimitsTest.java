package dev.terrace.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.http.Table;
import dev.terrace.rules.ReusePolicy.Judgement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Limits of what is stored, the digests of gates, and the end of entries (`expiry.txt`).
final class StoringLimitsTest {
  @Test
  void storesAsManyTagsAsAnEntryMayHaveAndNoMore() {
    assertThat(decide("Cache-Tag: " + numbered(128))).isInstanceOf(StoreDecision.Store.class);
    assertThat(decide("Cache-Tag: " + numbered(129)))
        .isEqualTo(new StoreDecision.Skip(SkipReason.TOO_MANY_TAGS));
  }

  @Test
  void storesAsManyGroupsAsTagsWithTheHostOfEach() {
    String groups = "Cache-Groups: \"" + numbered(128).replace(",", "\",\"") + "\"";
    assertThat(decide(groups))
        .isInstanceOfSatisfying(
            StoreDecision.Store.class, store -> assertThat(store.tags()).hasSize(256));
    assertThat(decide(groups + ",\"more\""))
        .isEqualTo(new StoreDecision.Skip(SkipReason.TOO_MANY_TAGS));
  }

  @Test
  void nothingButAGroupMakesTheTagOfOne() {
    String tag = GroupTag.of("target.test", "g");
    for (String field : List.of("Surrogate-Key", "Cache-Tag", "Cache-Groups")) {
      for (String value : List.of(tag, '"' + tag + '"', tag.replace(", ", ","))) {
        assertThat(decide(field + ": " + value))
            .isInstanceOfSatisfying(
                StoreDecision.Store.class,
                store -> assertThat(store.tags()).noneMatch(GroupTag::is));
      }
    }
  }

  @Test
  void storesTagsAsLongAsTheyMayBeInBytes() {
    assertThat(decide("Surrogate-Key: " + "x".repeat(256))).isInstanceOf(StoreDecision.Store.class);
    assertThat(decide("Surrogate-Key: " + "x".repeat(257)))
        .isEqualTo(new StoreDecision.Skip(SkipReason.TOO_MANY_TAGS));
    assertThat(decide("Surrogate-Key: " + "ü".repeat(129)))
        .isEqualTo(new StoreDecision.Skip(SkipReason.TOO_MANY_TAGS));
  }

  @Test
  void storesAsManyCookiesAsAnAnswerMaySet() {
    assertThat(decide("Set-Cookie: a" + " & Set-Cookie: a".repeat(49)))
        .isInstanceOf(StoreDecision.Store.class);
    assertThat(decide("Set-Cookie: a" + " & Set-Cookie: a".repeat(50)))
        .isEqualTo(new StoreDecision.Skip(SkipReason.TOO_MANY_FIELDS));
  }

  private static StoreDecision decide(String fields) {
    return Cases.storePolicy("setCookie=explicit")
        .decide(
            Cases.intake(Cases.request("")),
            Optional.empty(),
            Cases.response(fields + " & Cache-Control: max-age=60"),
            Cases.NOW,
            Cases.NOW);
  }

  private static String numbered(int count) {
    return IntStream.range(0, count).mapToObj(i -> "t" + i).collect(Collectors.joining(","));
  }

  @Test
  void theSameGateFieldsHaveTheSameDigest() {
    String digest = StorePolicy.gateDigest(Cases.rule("ignore=cookie,private shared ttl=60"));
    assertThat(digest).hasSize(64);
    assertThat(StorePolicy.gateDigest(Cases.rule("ignore=private,cookie shared ttl=5")))
        .isEqualTo(digest);
    assertThat(StorePolicy.gateDigest(Cases.rule("ignore=private shared"))).isNotEqualTo(digest);
    assertThat(StorePolicy.gateDigest(Cases.rule("ignore=cookie,private identity=cookie:id")))
        .isNotEqualTo(digest);
    assertThat(StorePolicy.gateDigest(Cases.rule("ignore=cookie,private identity=cookie:ib")))
        .isNotEqualTo(
            StorePolicy.gateDigest(Cases.rule("ignore=cookie,private identity=cookie:id")));
  }

  @Test
  void aRuleThatLiftsNothingHasNoDigest() {
    assertThat(StorePolicy.gateDigest(Optional.empty())).isEmpty();
    assertThat(StorePolicy.gateDigest(Cases.rule("ttl=60"))).isEmpty();
  }

  @Test
  void anEntryUnderALiftedGateHasTheDigestOfItsRule() {
    Optional<Rule> rule = Cases.rule("ignore=private shared");
    StoreDecision decision =
        Cases.storePolicy("")
            .decide(
                Cases.intake(Cases.request("")),
                rule,
                Cases.response("Cache-Control: private, max-age=60"),
                Cases.NOW,
                Cases.NOW);
    assertThat(decision)
        .isInstanceOfSatisfying(
            StoreDecision.Store.class,
            store ->
                assertThat(store.gateDigest())
                    .isNotEmpty()
                    .isEqualTo(StorePolicy.gateDigest(rule)));
  }

  @Test
  void sizesBindOnlyWhereTheRuleHasThem() {
    assertThat(StorePolicy.acceptsSize(Optional.empty(), Long.MAX_VALUE)).isTrue();
    Optional<Rule> rule = Cases.rule("minSize=10 maxSize=20");
    assertThat(StorePolicy.acceptsSize(rule, 9)).isFalse();
    assertThat(StorePolicy.acceptsSize(rule, 10)).isTrue();
    assertThat(StorePolicy.acceptsSize(rule, 20)).isTrue();
    assertThat(StorePolicy.acceptsSize(rule, 21)).isFalse();
  }

  @Test
  void anErrorReplacesNothingThatMayStillStandInForErrors() {
    StoredHead stored = ReusePolicyTest.stored("Cache-Control: max-age=60, stale-if-error=30", "");
    ReusePolicy policy = ReusePolicyTest.policy(Map.of("unreachable", "9"));
    Instant within = Cases.NOW.plusSeconds(89);
    assertThat(policy.outlives(within, stored, Judgement.CURRENT, 500)).isTrue();
    assertThat(policy.outlives(within, stored, Judgement.CURRENT, 599)).isTrue();
    assertThat(policy.outlives(within, stored, Judgement.CURRENT, 404)).isFalse();
    assertThat(policy.outlives(within, stored, Judgement.SUSPECT, 500)).isFalse();
    assertThat(policy.outlives(within.plusSeconds(1), stored, Judgement.CURRENT, 500)).isFalse();
    StoredHead plain = ReusePolicyTest.stored("Cache-Control: max-age=60", "");
    assertThat(policy.outlives(Cases.NOW.plusSeconds(68), plain, Judgement.CURRENT, 500)).isTrue();
    assertThat(policy.outlives(Cases.NOW.plusSeconds(69), plain, Judgement.CURRENT, 500)).isFalse();
  }

  @Test
  void onlyFourStatusesAreFailuresOfTheTarget() {
    assertThat(
            IntStream.range(200, 600)
                .filter(status -> ReusePolicy.Failure.of(status).isPresent())
                .boxed())
        .containsExactly(500, 502, 503, 504);
  }

  static Stream<Arguments> expiry() {
    return Table.rows(StoringLimitsTest.class, "expiry.txt", 5);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("expiry")
  void anEntryExpiresPastEveryUse(
      String section, String sentence, String stored, String setting, String want) {
    Map<String, String> fields = Cases.fields(setting);
    Instant end =
        new Expiry(
                Cases.seconds(fields, "unreachable", 0),
                Cases.seconds(fields, "maxLife", Duration.ofDays(30).toSeconds()))
            .of(ReusePolicyTest.stored(stored, setting));
    assertThat(Duration.between(Cases.NOW, end).toSeconds())
        .as("%s: %s", section, sentence)
        .isEqualTo(Long.parseLong(want));
  }
}
