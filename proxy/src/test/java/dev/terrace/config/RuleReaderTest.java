package dev.terrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.Run;
import dev.terrace.rules.Glob;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.Rule;
import dev.terrace.rules.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// Rules from JSON and YAML, and back (`product.md` 3).
class RuleReaderTest {
  private static final Secrets SECRETS = new Secrets(Set.of("x-partner"), "", "salt");

  private static final String EVERY_FIELD =
      """
      [{
        "name": "profiles",
        "pattern": "*/profile/*?page=*",
        "methods": ["GET", "POST"],
        "ttl": "30m",
        "enabled": true,
        "conditions": {
          "headers": {"X-User-Id": "*", "Accept": "application/*"},
          "statusCodes": [200, 404],
          "minSize": 1024,
          "maxSize": "1MiB"
        },
        "ttlMode": "override",
        "ignore": ["cookie", "private"],
        "identity": "cookie:sid",
        "shared": false,
        "keyHeaders": ["Accept-Language"],
        "keyQuery": {"keep": ["page", "q*"], "drop": ["@tracking", "debug"]},
        "staleWhileRevalidate": 30,
        "staleIfError": "1500ms",
        "tags": ["profile"],
        "layers": ["memory", "file"]
      }]
      """;

  @TempDir private Path directory;

  @Test
  void every_field_is_read() {
    Rule rule = only(EVERY_FIELD);

    assertThat(rule.label()).isEqualTo("profiles");
    assertThat(rule.pattern().text()).isEqualTo("*/profile/*?page=*");
    assertThat(rule.methods()).containsExactlyInAnyOrder("GET", "POST");
    assertThat(rule.ttl()).contains(Duration.ofMinutes(30));
    assertThat(rule.headerConditions())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("x-user-id", Glob.of("*"), "accept", Glob.of("application/*")));
    assertThat(rule.statusCodes()).containsExactlyInAnyOrder(200, 404);
    assertThat(rule.minBytes()).isEqualTo(1024);
    assertThat(rule.maxBytes()).isEqualTo(1 << 20);
    assertThat(rule.ttlMode()).isEqualTo(Rule.TtlMode.OVERRIDE);
    assertThat(rule.ignore()).containsExactlyInAnyOrder(Rule.Gate.COOKIE, Rule.Gate.PRIVATE);
    assertThat(rule.identity()).contains(new Rule.Identity(Rule.Identity.Source.COOKIE, "sid"));
    assertThat(rule.keyHeaders()).containsExactly("accept-language");
    assertThat(rule.keyQuery().keep()).containsExactly(Glob.of("page"), Glob.of("q*"));
    assertThat(rule.keyQuery().keeps("utm_source")).isFalse();
    assertThat(rule.keyQuery().keeps("debug")).isFalse();
    assertThat(rule.keyQuery().keeps("query")).isTrue();
    assertThat(rule.staleWhileRevalidate()).isEqualTo(Duration.ofSeconds(30));
    assertThat(rule.staleIfError()).isEqualTo(Duration.ofMillis(1500));
    assertThat(rule.tags()).containsExactly("profile");
    assertThat(rule.layers()).containsExactlyInAnyOrder(LayerName.MEMORY, LayerName.FILE);
  }

  @Test
  void a_pattern_alone_is_a_rule() {
    Rule rule = only("[{\"pattern\": \"/a\"}]");

    assertThat(rule.label()).isEqualTo("0");
    assertThat(rule.methods()).isEmpty();
    assertThat(rule.ttl()).isEmpty();
    assertThat(rule.enabled()).isTrue();
    assertThat(rule.maxBytes()).isEqualTo(Long.MAX_VALUE);
    assertThat(rule.ttlMode()).isEqualTo(Rule.TtlMode.DEFAULT);
    assertThat(rule.keyQuery().keepsAll()).isTrue();
    assertThat(rule.layers()).containsExactlyInAnyOrder(LayerName.values());
  }

  @Test
  void a_rule_that_is_described_and_read_again_is_the_same_rule() {
    for (String json : List.of(EVERY_FIELD, "[{\"pattern\": \"/a\", \"ttl\": 0}]")) {
      Rule rule = only(json);
      String described =
          new JsonMapper().writeValueAsString(List.of(RuleJson.describe(rule, SECRETS)));

      assertThat(RuleReader.text(described)).containsExactly(rule);
    }
  }

  @Test
  void a_description_masks_what_header_fields_with_credentials_must_hold() {
    Rule rule =
        only(
            "[{\"pattern\": \"/a\", \"conditions\": {\"headers\": {\"Authorization\": \"canary\","
                + " \"X-Partner\": \"canary\", \"Cookie\": \"*\", \"X-Plain\": \"seen\"}}}]");

    assertThat(RuleJson.describe(rule, SECRETS).get("conditions"))
        .isEqualTo(
            Map.of(
                "headers",
                Map.of(
                    "authorization", "***", "x-partner", "***", "cookie", "*", "x-plain", "seen")));
  }

  @Test
  void rules_in_the_configuration_file_are_the_same_rules() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("terrace.yaml"),
            """
            targetUrl: http://localhost:9
            rules:
              - name: profiles
                pattern: "*/profile/*"
                ttl: 30m
                enabled: true
                conditions: {headers: {X-User-Id: "*"}, statusCodes: [200]}
              - pattern: /static/*
                ttl: 86400
            """);

    List<Rule> rules =
        Run.of(Map.of(), "--config", file.toString()).serve().settings().cache().rules();

    assertThat(rules)
        .isEqualTo(
            RuleReader.text(
                """
                [{"name": "profiles", "pattern": "*/profile/*", "ttl": "30m", "enabled": true,
                  "conditions": {"headers": {"X-User-Id": "*"}, "statusCodes": [200]}},
                 {"pattern": "/static/*", "ttl": 86400}]
                """));
  }

  @Test
  void rules_can_stand_in_a_file_that_the_option_names() throws IOException {
    Path file = Files.writeString(directory.resolve("rules.json"), EVERY_FIELD);

    assertThat(RuleReader.text("@" + file)).isEqualTo(RuleReader.text(EVERY_FIELD));
  }

  @Test
  void every_rule_in_the_guide_is_allowed() throws IOException {
    String guide = Files.readString(Path.of("..", "docs", "rules.md"));
    List<String> blocks =
        java.util.regex.Pattern.compile("```json\\n(.*?)```", java.util.regex.Pattern.DOTALL)
            .matcher(guide)
            .results()
            .map(block -> block.group(1))
            .toList();

    assertThat(blocks).hasSizeGreaterThan(5);
    for (String block : blocks) {
      assertThat(RuleReader.text(block.startsWith("[") ? block : "[" + block + "]")).isNotEmpty();
    }
  }

  private static Rule only(String json) {
    List<Rule> rules = RuleReader.text(json);
    assertThat(rules).hasSize(1);
    return rules.getFirst();
  }
}
