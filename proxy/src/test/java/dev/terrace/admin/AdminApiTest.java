package dev.terrace.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.terrace.http.Headers;
import dev.terrace.http.HttpVersion;
import dev.terrace.http.RequestHead;
import dev.terrace.observe.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

final class AdminApiTest {
  private static final String TOKEN = "admin-token-0123456789";

  private final AdminFixture admin = new AdminFixture();

  private record Reserved(String method, String target, boolean expected) {}

  @TestFactory
  Stream<DynamicTest> theMainPortReservesTheAdminPathHealthReadyMetricsAndPurge() {
    return Stream.of(
            new Reserved("GET", "/cache", true),
            new Reserved("GET", "/cache?x", true),
            new Reserved("GET", "/cache/", true),
            new Reserved("POST", "/cache/anything/below", true),
            new Reserved("GET", "/health", true),
            new Reserved("GET", "/ready?verbose", true),
            new Reserved("GET", "/metrics", true),
            new Reserved("PURGE", "/products/1", true),
            new Reserved("GET", "/", false),
            new Reserved("GET", "/cached", false),
            new Reserved("GET", "/cache.json", false),
            new Reserved("GET", "/Cache/stats", false),
            new Reserved("GET", "/api/cache", false),
            new Reserved("GET", "/health/", false),
            new Reserved("GET", "/healthy", false),
            new Reserved("GET", "/metrics/x", false),
            new Reserved("purge", "/products/1", false),
            new Reserved("OPTIONS", "*", false))
        .map(
            row ->
                dynamicTest(
                    row.method() + " " + row.target(),
                    () ->
                        assertThat(admin.api.reserves(head(row.method(), row.target())))
                            .isEqualTo(row.expected())));
  }

  @Test
  void aPortOfItsOwnLeavesTheMainPortToTheTarget() {
    AdminApi api = new AdminFixture("--admin-port", "4001").api;
    assertThat(api.reserves(head("GET", "/cache/stats"))).isFalse();
    assertThat(api.reserves(head("GET", "/health"))).isFalse();
    assertThat(api.reserves(head("PURGE", "/products/1"))).isFalse();
  }

  @Test
  void theAdminPathMoves() {
    AdminFixture moved = new AdminFixture("--admin-path", "/_terrace");
    assertThat(moved.api.reserves(head("GET", "/_terrace/stats"))).isTrue();
    assertThat(moved.api.reserves(head("GET", "/cache/stats"))).isFalse();
    assertThat(moved.get("/_terrace/stats").has("memory")).isTrue();
  }

  @Test
  void statsHaveTheShapeOfTheProposalAndHonestAbsentLayers() throws IOException {
    admin.store("/products/1");
    JsonNode stats = admin.get("/cache/stats");
    JsonNode memory = stats.get("memory");
    assertThat(memory.get("size").intValue()).isEqualTo(1);
    assertThat(memory.get("bytes").longValue()).isPositive();
    assertThat(memory.get("hitRate").isNumber()).isTrue();
    assertThat(memory.propertyNames()).contains("totalHits", "totalMisses", "evictions");
    JsonNode redis = stats.get("redis");
    assertThat(redis.get("enabled").booleanValue()).isFalse();
    assertThat(redis.get("connected").booleanValue()).isFalse();
    assertThat(redis.get("keys").intValue()).isZero();
    assertThat(redis.get("memory").stringValue()).isEqualTo("0B");
    assertThat(redis.get("memoryBytes").intValue()).isZero();
    assertThat(redis.get("latency").isNull()).isTrue();
    assertThat(redis.get("keyspace").isObject()).isTrue();
    JsonNode file = stats.get("file");
    assertThat(file.get("enabled").booleanValue()).isFalse();
    assertThat(file.get("size").intValue()).isZero();
    assertThat(file.get("files").isArray()).isTrue();
  }

  @TestFactory
  Stream<DynamicTest> callsOnALayerThatIsNotEnabledAnswerDisabled() {
    return Stream.of(
            "GET /cache/redis/health",
            "GET /cache/redis/ping",
            "GET /cache/redis/info",
            "DELETE /cache/redis",
            "DELETE /cache/file")
        .map(
            call ->
                dynamicTest(
                    call,
                    () -> {
                      String[] words = call.split(" ", 2);
                      FakeExchange answer = admin.call(words[0], words[1]);
                      assertThat(answer.status()).isEqualTo(200);
                      assertThat(AdminFixture.json(answer).get("status").stringValue())
                          .isEqualTo("disabled");
                    }));
  }

  @Test
  void emptyingMemoryIsEvictionAndSaysSo() throws IOException {
    var entry = admin.store("/products/1");
    JsonNode answer = AdminFixture.json(admin.call("DELETE", "/cache/memory"));
    assertThat(answer.get("kind").stringValue()).isEqualTo("eviction");
    assertThat(answer.get("entries").intValue()).isEqualTo(1);
    assertThat(admin.get("/cache/stats").get("memory").get("size").intValue()).isZero();
    assertThat(admin.judge(entry)).isEqualTo(dev.terrace.purge.Verdict.CURRENT);
    assertThat(admin.events).isEmpty();
  }

  @Test
  void cleaningSweepsWhatIsExpiredAndNothingElse() throws IOException {
    admin.store("/products/1");
    admin.pass(Duration.ofSeconds(100));
    admin.store("/products/2");
    admin.pass(Duration.ofSeconds(30));
    JsonNode answer = AdminFixture.json(admin.post("/cache/clean", ""));
    assertThat(answer.get("removed").get("memory").intValue()).isEqualTo(1);
    assertThat(admin.get("/cache/stats").get("memory").get("size").intValue()).isEqualTo(1);
  }

  @Test
  void healthAndReadinessAnswerAnyone() {
    for (String path : List.of("/health", "/ready")) {
      FakeExchange answer =
          admin.callFrom(
              "192.0.2.7", "GET", "evil.example", path, "Origin", "https://evil.example");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.headers().contains("Access-Control-Allow-Origin")).isFalse();
    }
  }

  @Test
  void readinessNamesWhatItWaitsFor() {
    admin.notReadyFor.add("draining");
    FakeExchange answer = admin.call("GET", "/ready");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(AdminFixture.json(answer).get("waitingFor").get(0).stringValue())
        .isEqualTo("draining");
    assertThat(admin.call("GET", "/health").status()).isEqualTo(200);
  }

  @Test
  void metricsArePrometheusText() {
    FakeExchange answer = admin.call("GET", "/metrics");
    assertThat(answer.headers().first("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(answer.answer()).contains("\nterrace_fetches_in_flight 0.0\n");
  }

  @Test
  void headAnswersAsGetWithoutABody() {
    FakeExchange head = admin.call("HEAD", "/health");
    FakeExchange get = admin.call("GET", "/health");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.answer()).isEmpty();
    assertThat(head.headers().first("Content-Length"))
        .contains(Integer.toString(get.answer().length()));
    assertThat(get.answeredBytes()).hasValue(get.answer().length());
  }

  @Test
  void whatThereIsNotIs404AndAWrongMethodIs405WithAllow() {
    FakeExchange missing = admin.call("GET", "/cache/nothing");
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.headers().first("Content-Type")).contains("application/problem+json");
    FakeExchange wrong = admin.call("PUT", "/cache/stats");
    assertThat(wrong.status()).isEqualTo(405);
    assertThat(wrong.headers().first("Allow")).contains("GET, HEAD");
    assertThat(admin.call("GET", "/cache").headers().first("Allow")).contains("DELETE");
    assertThat(admin.call("GET", "/cache/purge").headers().first("Allow")).contains("POST");
  }

  @Test
  void aRequestOfAWebPageIsRefusedAndItsBodyNotRead() throws IOException {
    var entry = admin.store("/products/1");
    FakeExchange answer =
        admin.callWithBody(
            "POST",
            "/cache/purge",
            "{\"everything\":true}",
            "Content-Type",
            "application/json",
            "Origin",
            "https://evil.example");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.bodyWasRead()).isFalse();
    assertThat(answer.headers().toString()).doesNotContain("Access-Control");
    assertThat(admin.judge(entry)).isEqualTo(dev.terrace.purge.Verdict.CURRENT);
  }

  @Test
  void aPreflightIsRefusedWithoutACorsField() {
    FakeExchange answer =
        admin.call(
            "OPTIONS",
            "/cache/purge",
            "Origin",
            "https://evil.example",
            "Access-Control-Request-Method",
            "POST");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.headers().toString()).doesNotContain("Access-Control");
  }

  @Test
  void tenWrongTokensInAMinuteShutThePeerOutForIt() {
    AdminFixture guarded = new AdminFixture("--admin-token", TOKEN);
    for (int i = 0; i < 10; i++) {
      assertThat(stats(guarded, "192.0.2.7", "wrong-" + i).status()).isEqualTo(403);
    }
    FakeExchange shut = stats(guarded, "192.0.2.7", TOKEN);
    assertThat(shut.status()).isEqualTo(429);
    assertThat(shut.headers().first("Retry-After")).contains("60");
    assertThat(stats(guarded, "192.0.2.8", TOKEN).status()).isEqualTo(200);
    assertThat(guarded.callFrom("192.0.2.7", "GET", "h", "/health").status()).isEqualTo(200);
    guarded.pass(Duration.ofMinutes(1));
    assertThat(stats(guarded, "192.0.2.7", TOKEN).status()).isEqualTo(200);
  }

  @Test
  void noAnswerTellsTheToken() {
    AdminFixture guarded = new AdminFixture("--admin-token", TOKEN);
    assertThat(stats(guarded, "192.0.2.7", "x" + TOKEN).answer()).doesNotContain(TOKEN);
    assertThat(stats(guarded, "192.0.2.7", TOKEN).answer()).doesNotContain(TOKEN);
  }

  @Test
  void bodiesAreBounded() {
    String large = "{\"tags\":[\"" + "x".repeat(1 << 20) + "\"]}";
    assertThat(admin.post("/cache/purge", large).status()).isEqualTo(413);
    FakeExchange unwanted = admin.callWithBody("DELETE", "/cache", "{}");
    assertThat(unwanted.status()).isEqualTo(400);
    assertThat(admin.events).isEmpty();
  }

  @Test
  void everyAnswerIsToldToTheAccessLogWithCredentialsMasked() {
    admin.call("GET", "/cache/explain?url=/a%3Ftoken=canary-secret");
    admin.call("PURGE", "/a?b=1&token=canary-secret");
    admin.callFrom("192.0.2.7", "DELETE", "localhost:4000", "/cache");
    assertThat(admin.answered).hasSize(3);
    assertThat(admin.answered.get(1).maskedUrl()).isEqualTo("localhost:4000/a?b=1&token=***");
    var explained = admin.answered.getFirst();
    assertThat(explained.maskedUrl()).isEqualTo("localhost:4000/cache/explain");
    assertThat(explained.status()).isEqualTo(200);
    assertThat(explained.bytes()).isPositive();
    assertThat(explained.outcome()).isEqualTo(Outcome.OWN);
    var refused = admin.answered.getLast();
    assertThat(refused.peer()).isEqualTo("192.0.2.7");
    assertThat(refused.method()).isEqualTo("DELETE");
    assertThat(refused.status()).isEqualTo(403);
  }

  @Test
  void answersAreNeverStoredOrSniffed() {
    Headers headers = admin.call("GET", "/cache/stats").headers();
    assertThat(headers.first("Cache-Control")).contains("no-store");
    assertThat(headers.first("X-Content-Type-Options")).contains("nosniff");
  }

  private static FakeExchange stats(AdminFixture guarded, String peer, String token) {
    return guarded.callFrom(
        peer, "GET", "cache.example", "/cache/stats", "Authorization", "Bearer " + token);
  }

  private static RequestHead head(String method, String target) {
    return new RequestHead(
        method, "http", "localhost:4000", target, Headers.EMPTY, HttpVersion.HTTP_1_1);
  }
}
