package dev.terrace.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrace.rules.Rule.Gate;
import dev.terrace.rules.Rule.TtlMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class RuleTest {
  private static RuleBuilder rule() {
    return RuleBuilder.on("/*");
  }

  @TestFactory
  Stream<DynamicTest> aBadRuleIsRefusedWithFieldValueAndWhatIsAllowed() {
    Map<String, RuleBuilder> bad =
        Map.ofEntries(
            Map.entry("methods: get;", rule().methods("get")),
            Map.entry("methods: DELETE;", rule().methods("GET", "DELETE")),
            Map.entry("methods: OPTIONS;", rule().methods("OPTIONS")),
            Map.entry("ttl: PT-1S;", rule().ttl(-1)),
            Map.entry("ttlMode: max;", rule().mode(TtlMode.MAX)),
            Map.entry("ttlMode: override;", rule().mode(TtlMode.OVERRIDE)),
            Map.entry("conditions.statusCodes: 199;", rule().statusCodes(200, 199)),
            Map.entry("conditions.statusCodes: 600;", rule().statusCodes(600)),
            Map.entry("conditions.minSize and maxSize: -1 and 5;", rule().bytes(-1, 5)),
            Map.entry("conditions.minSize and maxSize: 6 and 5;", rule().bytes(6, 5)),
            Map.entry("tags: ;", rule().tags("")),
            Map.entry("tags: a b;", rule().tags("a b")),
            Map.entry("tags: a,b;", rule().tags("a,b")),
            Map.entry("conditions.headers: a b;", rule().condition("a b", "*")),
            Map.entry("conditions.headers: host;", rule().condition("Host", "*")),
            Map.entry("keyHeaders: connection;", rule().keyHeaders("Connection")),
            Map.entry("keyHeaders: ;", rule().keyHeaders("")),
            Map.entry("identity: Host;", rule().identity("header:Host")),
            Map.entry("identity: cookie:a;b;", rule().identity("cookie:a;b")),
            Map.entry("identity: cookie:;", rule().identity("cookie:")),
            Map.entry("ignore: cookie;", rule().ignore(Gate.COOKIE)),
            Map.entry(
                "ignore: cookie; expected identity cookie:NAME",
                rule().ignore(Gate.COOKIE).identity("header:Authorization")),
            Map.entry("ignore: authorization;", rule().ignore(Gate.AUTHORIZATION)),
            Map.entry(
                "ignore: authorization; expected identity header:Authorization",
                rule().ignore(Gate.AUTHORIZATION).identity("cookie:sid")),
            Map.entry("ignore: private;", rule().ignore(Gate.PRIVATE)),
            Map.entry("ignore: set-cookie;", rule().ignore(Gate.SET_COOKIE)),
            Map.entry("shared: true;", rule().shared().identity("cookie:sid")));
    return bad.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () ->
                        assertThatThrownBy(entry.getValue()::build)
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageStartingWith(entry.getKey())
                            .hasMessageContaining("; expected ")));
  }

  @Test
  void itsWellFormedNeighboursAreTaken() {
    Stream.of(
            rule().methods("GET", "POST", "QUERY", "SEARCH"),
            rule().ttl(0),
            rule().ttl(5).mode(TtlMode.MAX),
            rule().statusCodes(200, 304, 404, 599),
            rule().bytes(5, 5),
            rule().tags("a", "b".repeat(256)),
            rule().ignore(Gate.NO_STORE),
            rule().ignore(Gate.COOKIE).identity("cookie:sid"),
            rule().ignore(Gate.COOKIE).identity("header:cookie"),
            rule().ignore(Gate.AUTHORIZATION).identity("header:authorization"),
            rule().ignore(Gate.PRIVATE, Gate.SET_COOKIE).identity("header:X-User"),
            rule().ignore(Gate.values()).shared())
        .forEach(builder -> assertThatCode(builder::build).doesNotThrowAnyException());
  }

  @Test
  void theFirstRuleThatMatchesGoverns() {
    Rule narrow = RuleBuilder.on("/a/*").condition("X-Beta", "1*").build();
    Rule post = RuleBuilder.on("/a/*").methods("POST").build();
    Rule wide = RuleBuilder.on("/*").build();
    Setting setting = Setting.of("", narrow, post, wide);
    assertThat(setting.rules.governing(setting.intake("GET http://h/a/b", "x-beta", "12")))
        .isEqualTo(Optional.of(narrow));
    assertThat(setting.rules.governing(setting.intake("HEAD http://h/a/b", "x-beta", "12")))
        .isEqualTo(Optional.of(narrow));
    assertThat(setting.rules.governing(setting.intake("GET http://h/a/b", "x-beta", "2")))
        .isEqualTo(Optional.of(wide));
    assertThat(setting.rules.governing(setting.intake("GET http://h/a/b")))
        .isEqualTo(Optional.of(wide));
    assertThat(setting.rules.governing(setting.intake("POST http://h/a/b")))
        .isEqualTo(Optional.of(post));
    assertThat(setting.rules.governing(setting.intake("POST http://h/b"))).isEmpty();
    assertThat(Setting.of("").rules.governing(setting.intake("GET http://h/"))).isEmpty();
  }

  @Test
  void getCoversHeadAndNotTheOtherWayRound() {
    Setting setting =
        Setting.of(
            "",
            RuleBuilder.on("/get").methods("GET").build(),
            RuleBuilder.on("/head").methods("HEAD").build());
    assertThat(setting.rules.governing(setting.intake("HEAD http://h/get"))).isPresent();
    assertThat(setting.rules.governing(setting.intake("GET http://h/head"))).isEmpty();
  }

  @Test
  void aConditionOfAnyValueIsMetByAnEmptyOneAndNotByNone() {
    Setting setting = Setting.of("", RuleBuilder.on("/*").condition("X-A", "*").build());
    assertThat(setting.rules.governing(setting.intake("GET http://h/", "X-A", ""))).isPresent();
    assertThat(setting.rules.governing(setting.intake("GET http://h/"))).isEmpty();
  }

  @Test
  void aConditionIsNotMetByAFieldThatIsStripped() {
    Setting setting =
        Setting.of("", RuleBuilder.on("/*").condition("X-Forwarded-Port", "*").build());
    assertThat(setting.rules.governing(setting.intake("GET http://h/", "X-Forwarded-Port", "1")))
        .isEmpty();
  }

  @Test
  void aRuleThatAnEarlierOneHidesIsFound() {
    Rule all = RuleBuilder.on("/*").build();
    Rule post = RuleBuilder.on("/a").methods("POST").build();
    Rule some = RuleBuilder.on("/a/*").condition("X-A", "1").build();
    Rule more = RuleBuilder.on("/a/b").condition("X-A", "1").condition("X-B", "1").build();
    Rule fewer = RuleBuilder.on("/a/b").build();
    assertThat(hidden(all, post, some, fewer))
        .containsExactly(new RuleSet.Hidden(2, 0), new RuleSet.Hidden(3, 0));
    assertThat(hidden(some, more, fewer)).containsExactly(new RuleSet.Hidden(1, 0));
    assertThat(hidden(fewer, all)).isEmpty();
    assertThat(hidden(RuleBuilder.on("/*").methods("GET").build(), fewer))
        .containsExactly(new RuleSet.Hidden(1, 0));
  }

  private static List<RuleSet.Hidden> hidden(Rule... rules) {
    return new RuleSet(List.of(rules), Set.of("GET", "HEAD")).hidden();
  }
}
