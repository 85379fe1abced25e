package dev.terrace.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.http.RequestHead;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The keys of `keys.txt`, compared exactly: a key that changes empties every cache that outlives an
/// upgrade, and parts instances that share one. Its grammar:
///
///     block   = "# " title, [ "settings " words ], [ "rule " words ], request, *field, [ body ],
///               forwards, ( key, sha256 / bypass )
///     request = "> " [ "trusted " ] method url
///     field   = "| " name ": " value
///     body    = "body " ( digest / "large" )
///
/// The words of settings are those of [Setting]; those of a rule `pattern`, `methods`, `key-headers`,
/// `identity`, `keep`, `drop`, `condition=Name:glob`, `disabled`.
final class KeyGoldenTest {
  @TestFactory
  Stream<DynamicTest> everyRequestHasTheKeyThatItAlwaysHad() {
    List<Block> blocks = blocks();
    assertThat(blocks).hasSizeGreaterThanOrEqualTo(60);
    return blocks.stream()
        .map(
            block ->
                DynamicTest.dynamicTest(
                    block.title(), () -> assertThat(outcome(block)).isEqualTo(block.expected())));
  }

  /// @param given the lines up to the request's last
  /// @param expected the lines after it
  private record Block(String title, List<String> given, List<String> expected) {
    String word(String name) {
      return given.stream()
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(name.length()))
          .findFirst()
          .orElse("");
    }
  }

  private static List<String> outcome(Block block) {
    String rule = block.word("rule ");
    Setting setting =
        rule.isEmpty()
            ? Setting.of(block.word("settings "))
            : Setting.of(block.word("settings "), rule(rule));
    String line = block.word("> ");
    boolean trusted = line.startsWith("trusted ");
    List<String> fields = new ArrayList<>();
    for (String given : block.given()) {
      if (given.startsWith("| ")) {
        int colon = given.indexOf(':');
        fields.add(given.substring(2, colon));
        fields.add(given.substring(colon + 1).strip());
      }
    }
    RequestHead head =
        Setting.request(
            trusted ? line.substring("trusted ".length()) : line, fields.toArray(String[]::new));
    Intake intake = setting.admitted(head, trusted ? Setting.trustedProxy() : Setting.client());
    KeyDecision decision = setting.decide(intake, body(block.word("body ")));
    List<String> outcome = new ArrayList<>();
    outcome.add(
        "forwards "
            + intake.forwardedScheme()
            + "://"
            + intake.forwardedHost()
            + " "
            + decision.forwardedTarget());
    switch (decision) {
      case KeyDecision.Keyed(CacheKey key, String target) -> {
        outcome.add("url " + key.url().host() + " " + key.url().pathAndQuery());
        outcome.add("key " + key.canonical());
        outcome.add("sha256 " + key.digest());
      }
      case KeyDecision.Bypass(BypassReason reason, String target) ->
          outcome.add("bypass " + reason.word());
    }
    return outcome;
  }

  private static KeyPolicy.Body body(String word) {
    return switch (word) {
      case "" -> new KeyPolicy.Body.None();
      case "large" -> new KeyPolicy.Body.TooLarge();
      default -> new KeyPolicy.Body.Digest(word);
    };
  }

  private static Rule rule(String words) {
    RuleBuilder rule = RuleBuilder.on("*");
    for (String word : words.split(" ", -1)) {
      int equals = word.indexOf('=');
      String value = equals < 0 ? "" : word.substring(equals + 1);
      String[] values = value.split(",", -1);
      rule =
          switch (equals < 0 ? word : word.substring(0, equals)) {
            case "methods" -> rule.methods(values);
            case "key-headers" -> rule.keyHeaders(values);
            case "identity" -> rule.identity(value);
            case "keep" -> rule.keep(values);
            case "drop" -> rule.drop(values);
            case "condition" ->
                rule.condition(
                    value.substring(0, value.indexOf(':')),
                    value.substring(value.indexOf(':') + 1));
            case "disabled" -> rule.disabled();
            default -> throw new IllegalArgumentException(word);
          };
    }
    return rule.build();
  }

  private static List<Block> blocks() {
    try (InputStream in = KeyGoldenTest.class.getResourceAsStream("keys.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Stream.of(text.strip().split("\n\n", -1)).map(KeyGoldenTest::block).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Block block(String text) {
    List<String> lines = text.lines().toList();
    int expected = 1;
    while (expected < lines.size() && !lines.get(expected).startsWith("forwards ")) {
      expected++;
    }
    return new Block(
        lines.getFirst().substring(2),
        lines.subList(1, expected),
        lines.subList(expected, lines.size()));
  }
}
