package dev.terrace.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.terrace.http.Headers;
import dev.terrace.layer.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What the admin API says of rules, requests and entries.
final class RuleCallsTest {
  private static final String RULES =
      """
      [{"name":"users","pattern":"*/users/*","ttl":600,"keyHeaders":["X-Plan"],"tags":["users"]},
       {"name":"off","pattern":"/off*","enabled":false},
       {"name":"secret","pattern":"/s","ttl":"1m",
        "conditions":{"headers":{"X-Api-Key":"canary-secret"},"minSize":10}}]
      """;

  private final AdminFixture admin = new AdminFixture("--cache-rules", RULES);

  @Test
  void rulesAreShownAsUnderstoodWithoutSecrets() {
    FakeExchange answer = admin.call("GET", "/cache/rules");
    JsonNode rules = AdminFixture.json(answer).get("rules");
    assertThat(rules.size()).isEqualTo(3);
    JsonNode users = rules.get(0);
    assertThat(users.get("name").stringValue()).isEqualTo("users");
    assertThat(users.get("pattern").stringValue()).isEqualTo("*/users/*");
    assertThat(users.get("ttl").intValue()).isEqualTo(600);
    assertThat(users.get("enabled").booleanValue()).isTrue();
    assertThat(users.get("ttlMode").stringValue()).isEqualTo("default");
    assertThat(users.get("tags").get(0).stringValue()).isEqualTo("users");
    assertThat(users.has("conditions")).isFalse();
    assertThat(rules.get(1).has("ttl")).isFalse();
    assertThat(rules.get(2).get("ttl").intValue()).isEqualTo(60);
    assertThat(answer.answer()).contains("\"***\"").doesNotContain("canary-secret");
  }

  @Test
  void aUrlThatIsAPathOnlyIsAskedForByTheSchemeOfTheMainPort(@TempDir Path directory)
      throws IOException {
    String pem = Files.writeString(directory.resolve("some.pem"), "").toString();
    AdminFixture tls = new AdminFixture("--tls-cert", pem, "--tls-key", pem);
    assertThat(tls.get("/cache/explain?url=/a").get("canonicalKey").stringValue())
        .startsWith("k1,3:GET,5:https,");
    assertThat(
            AdminFixture.json(tls.post("/cache/test-rule", "{\"url\":\"/a\"}"))
                .get("canonicalKey")
                .stringValue())
        .startsWith("k1,3:GET,5:https,");
    assertThat(
            tls.get("/cache/explain?url=http%3A%2F%2Flocalhost%2Fa")
                .get("canonicalKey")
                .stringValue())
        .startsWith("k1,3:GET,4:http,");
  }

  @Test
  void aRuleIsShownWithoutCredentialsInThePatternsQuery() {
    AdminFixture ruled =
        new AdminFixture("--cache-rules", "[{\"pattern\":\"/a?token=canary-secret*\"}]");
    assertThat(ruled.get("/cache/rules").get("rules").get(0).get("pattern").stringValue())
        .isEqualTo("/a?token=***");
  }

  private record Row(
      String sentence,
      String request,
      String rule,
      boolean lookup,
      String store,
      String lifetime,
      String reasons) {}

  @TestFactory
  Stream<DynamicTest> testRuleTellsRuleKeyLookupStoringLifetimeAndReasons() {
    String ok = "\"response\":{\"status\":200,\"headers\":{%s},\"bodyBytes\":20}";
    return Stream.of(
            new Row(
                "a rule's ttl where the response states none",
                "{\"url\":\"/users/1\"," + ok.formatted("") + "}",
                "users",
                true,
                "true",
                "600",
                "[\"rule\"]"),
            new Row(
                "the response's own lifetime beats it",
                "{\"url\":\"/users/1\"," + ok.formatted("\"Cache-Control\":\"max-age=5\"") + "}",
                "users",
                true,
                "true",
                "5",
                "[\"max-age\"]"),
            new Row(
                "no-store",
                "{\"url\":\"/users/1\"," + ok.formatted("\"Cache-Control\":\"no-store\"") + "}",
                "users",
                true,
                "false",
                "null",
                "[\"no-store\"]"),
            new Row(
                "two lines of one field",
                "{\"url\":\"/users/1\","
                    + ok.formatted("\"Cache-Control\":[\"max-age=5\",\"private\"]")
                    + "}",
                "users",
                true,
                "false",
                "null",
                "[\"private\"]"),
            new Row(
                "no rule and no lifetime",
                "{\"url\":\"https://shop.example/other\"," + ok.formatted("") + "}",
                "null",
                true,
                "false",
                "null",
                "[\"no-lifetime\"]"),
            new Row(
                "a credential",
                "{\"url\":\"/users/1\",\"headers\":{\"Authorization\":\"Bearer x\"},"
                    + ok.formatted("\"Cache-Control\":\"max-age=5\"")
                    + "}",
                "users",
                true,
                "false",
                "null",
                "[\"authorization\"]"),
            new Row(
                "a body that is too small for its rule",
                "{\"url\":\"/s\",\"headers\":{\"X-Api-Key\":\"canary-secret\"},"
                    + "\"response\":{\"bodyBytes\":9}}",
                "secret",
                true,
                "false",
                "null",
                "[\"rule-size\"]"),
            new Row(
                "a rule that is off",
                "{\"url\":\"/off\"," + ok.formatted("\"Cache-Control\":\"max-age=5\"") + "}",
                "off",
                false,
                "false",
                "null",
                "[\"rule-disabled\"]"),
            new Row(
                "a method that is not cacheable",
                "{\"method\":\"POST\",\"url\":\"/users/1\",\"body\":\"x\","
                    + ok.formatted("\"Cache-Control\":\"max-age=5\"")
                    + "}",
                "null",
                false,
                "false",
                "null",
                "[\"method\"]"),
            new Row(
                "a GET with a body",
                "{\"url\":\"/users/1\",\"body\":\"x\"}",
                "users",
                false,
                "null",
                "null",
                "[\"body-on-get\"]"),
            new Row(
                "a request alone", "{\"url\":\"/users/1\"}", "users", true, "null", "null", "[]"))
        .map(row -> dynamicTest(row.sentence(), () -> check(row)));
  }

  private void check(Row row) {
    FakeExchange exchange = admin.post("/cache/test-rule", row.request());
    assertThat(exchange.status()).as(exchange.answer()).isEqualTo(200);
    JsonNode answer = AdminFixture.json(exchange);
    assertThat(answer.get("rule").asString("null")).isEqualTo(row.rule());
    assertThat(answer.get("lookup").booleanValue()).isEqualTo(row.lookup());
    assertThat(answer.get("store").toString()).isEqualTo(row.store());
    assertThat(answer.get("lifetimeSeconds").toString()).isEqualTo(row.lifetime());
    assertThat(answer.get("reasons").toString()).isEqualTo(row.reasons());
    assertThat(answer.get("key").isNull()).isEqualTo(!row.lookup());
    assertThat(exchange.answer()).doesNotContain("canary-secret");
  }

  @Test
  void testRuleShowsTheKeyThatARequestHas() throws IOException {
    Entry entry =
        admin.store("localhost:4000", "/users/1", Headers.of("X-Plan", "gold"), "ETag", "\"1\"");
    JsonNode answer =
        AdminFixture.json(
            admin.post(
                "/cache/test-rule", "{\"url\":\"/users/1\",\"headers\":{\"X-Plan\":\"gold\"}}"));
    assertThat(answer.get("key").stringValue()).isEqualTo(entry.key().digest());
    assertThat(answer.get("canonicalKey").stringValue()).isEqualTo(entry.key().canonical());
  }

  @TestFactory
  Stream<DynamicTest> testRuleRefusesWhatItDoesNotUnderstand() {
    return Stream.of(
            "{}",
            "{\"url\":7}",
            "{\"url\":\"x\"}",
            "{\"url\":\"/x\",\"methd\":\"GET\"}",
            "{\"url\":\"/x\",\"method\":\"G T\"}",
            "{\"url\":\"/x\",\"headers\":{\"A\":1}}",
            "{\"url\":\"/x\",\"headers\":{\"A B\":\"1\"}}",
            "{\"url\":\"/x\",\"headers\":[]}",
            "{\"url\":\"/x\",\"response\":[]}",
            "{\"url\":\"/x\",\"response\":{\"status\":99}}",
            "{\"url\":\"/x\",\"response\":{\"status\":\"200\"}}",
            "{\"url\":\"/x\",\"response\":{\"bodyBytes\":-1}}")
        .map(
            body ->
                dynamicTest(
                    body,
                    () ->
                        assertThat(admin.post("/cache/test-rule", body).status()).isEqualTo(400)));
  }

  @Test
  void entriesArePagedWithoutLossOrRepetition() throws IOException {
    for (int i = 0; i < 25; i++) {
      admin.store("/users/" + i);
    }
    admin.store("/users/0?token=canary-secret");
    java.util.Set<String> seen = new java.util.TreeSet<>();
    String after = "";
    int pages = 0;
    do {
      JsonNode page = admin.get("/cache/entries?prefix=/users/&limit=10&after=" + after);
      page.get("entries").forEach(entry -> seen.add(entry.get("url").stringValue()));
      after = page.get("next").asString("");
      pages++;
    } while (!after.isEmpty());
    assertThat(seen).hasSize(26).contains("api.example.com/users/0?token=***");
    assertThat(pages).isEqualTo(3);
    assertThat(admin.get("/cache/entries?prefix=/users/1").get("entries").size()).isEqualTo(11);
    assertThat(admin.get("/cache/entries?prefix=/nothing").get("entries").size()).isZero();
    assertThat(admin.call("GET", "/cache/entries?limit=0").status()).isEqualTo(400);
    assertThat(admin.call("GET", "/cache/entries?limit=x").status()).isEqualTo(400);
    assertThat(admin.call("GET", "/cache/entries?prefix=%zz").status()).isEqualTo(400);
  }

  @Test
  void explainShowsTheRequestAndEveryVariantThatIsStored() throws IOException {
    admin.store(
        "localhost:4000",
        "/news?a=1&token=canary-secret",
        Headers.of("Accept-Language", "de", "X-Session-Id", "canary-secret"),
        "Cache-Control",
        "max-age=60",
        "ETag",
        "\"v1\"",
        "Surrogate-Key",
        "news front",
        "Cache-Groups",
        "\"desk\"",
        "Vary",
        "Accept-Language, X-Session-Id, X-Absent");
    admin.pass(java.time.Duration.ofSeconds(20));

    FakeExchange exchange =
        admin.call("GET", "/cache/explain?url=/news%3Fa=1%26token=canary-secret");
    JsonNode answer = AdminFixture.json(exchange);
    assertThat(exchange.answer()).doesNotContain("canary-secret");
    assertThat(answer.get("url").stringValue()).isEqualTo("api.example.com/news?a=1&token=***");
    assertThat(answer.get("rule").isNull()).isTrue();
    assertThat(answer.get("lookup").booleanValue()).isTrue();
    JsonNode variant = answer.get("layers").get("memory").get(0);
    assertThat(variant.get("state").stringValue()).isEqualTo("fresh");
    assertThat(variant.get("ageSeconds").intValue()).isEqualTo(20);
    assertThat(variant.get("ttlSeconds").intValue()).isEqualTo(40);
    assertThat(variant.get("lifetimeFrom").stringValue()).isEqualTo("max-age");
    assertThat(variant.get("etag").stringValue()).isEqualTo("\"v1\"");
    assertThat(variant.get("tags").toString()).isEqualTo("[\"desk\",\"front\",\"news\"]");
    assertThat(variant.get("vary").get("accept-language").stringValue()).isEqualTo("de");
    assertThat(variant.get("vary").get("x-session-id").stringValue()).isEqualTo("***");
    assertThat(variant.get("vary").get("x-absent").isNull()).isTrue();

    admin.call("PURGE", "/news?a=1&token=canary-secret");
    assertThat(state("/news%3Fa=1%26token=canary-secret")).isEqualTo("purged");
  }

  @Test
  void explainTellsStaleAndSoftlyPurged() throws IOException {
    admin.store("/stale");
    admin.pass(java.time.Duration.ofSeconds(61));
    assertThat(state("/stale")).isEqualTo("stale");
    admin.store("/soft");
    assertThat(inMemory("/soft").get("ttlSeconds").intValue()).isPositive();
    admin.call("PURGE", "/soft", "Soft-Purge", "1");
    assertThat(state("/soft")).isEqualTo("soft-purged");
    assertThat(inMemory("/soft").get("ttlSeconds").intValue()).isZero();
    assertThat(admin.call("GET", "/cache/explain").status()).isEqualTo(400);
    assertThat(admin.call("GET", "/cache/explain?url=nothing").status()).isEqualTo(400);
  }

  private String state(String encodedUrl) {
    return inMemory(encodedUrl).get("state").stringValue();
  }

  private JsonNode inMemory(String encodedUrl) {
    return admin.get("/cache/explain?url=" + encodedUrl).get("layers").get("memory").get(0);
  }
}
