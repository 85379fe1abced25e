package dev.terrace.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.terrace.http.Headers;
import dev.terrace.purge.redis.HandOver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Every call of the admin API is made, in every way in which its document says that it can end,
/// and what it answers is held to the document: status, type, and the body against its schema.
final class OpenApiTest {
  private static final String RULES =
      """
      [{"name":"users","pattern":"/users/*","ttl":600,"methods":["GET"],"tags":["users"],
        "conditions":{"headers":{"X-Api-Key":"secret"},"statusCodes":[200],"minSize":1,
        "maxSize":100000},"ignore":["cookie"],"identity":"cookie:session","keyHeaders":["X-A"],
        "keyQuery":{"keep":["a"],"drop":["utm_*"]},"staleWhileRevalidate":"1500ms",
        "staleIfError":60,"layers":["memory"],"ttlMode":"max"},
       {"pattern":"/off/*","enabled":false}]
      """;

  private final AdminFixture admin = new AdminFixture("--cache-rules", RULES);
  private final ObjectNode document = strict(OpenApi.document("/cache"));
  private final SchemaRegistry schemas =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  /// @param path as the document has it
  /// @param body empty for none
  private record Row(
      int status, String method, String path, String target, String body, String... fields) {
    String call() {
      return method + " " + path;
    }

    String name() {
      return status + " " + method + " " + target + " " + body;
    }
  }

  private static Row get(int status, String path, String target) {
    return new Row(status, "GET", path, target, "");
  }

  private static Row get(String path) {
    return get(200, path, path);
  }

  private static Row post(int status, String path, String body) {
    return new Row(status, "POST", path, path, body, "Content-Type", "application/json");
  }

  private static Row bare(int status, String method, String path, String... fields) {
    return new Row(status, method, path, path, "", fields);
  }

  private static Row purge(int status, String target, String... fields) {
    return new Row(status, "PURGE", "/{url}", target, "", fields);
  }

  private static String handover() {
    String seal = HandOver.seal(Optional.empty(), new byte[3]);
    return "{\"record\":\"AAAA\",\"seal\":\"" + seal + "\"}";
  }

  private static List<Row> rows() {
    List<Row> rows =
        new ArrayList<>(
            List.of(
                get("/health"),
                get("/ready"),
                get("/metrics"),
                get("/cache/openapi.json"),
                get("/cache/stats"),
                get("/cache/redis/health"),
                get("/cache/redis/ping"),
                get("/cache/redis/info"),
                get("/cache/rules"),
                get("/cache/entries"),
                get(200, "/cache/entries", "/cache/entries?prefix=/products&limit=1"),
                get(400, "/cache/entries", "/cache/entries?limit=0"),
                get(200, "/cache/explain", "/cache/explain?url=/greeting"),
                get(200, "/cache/explain", "/cache/explain?url=/off/1"),
                get(400, "/cache/explain", "/cache/explain"),
                post(200, "/cache/test-rule", "{\"url\":\"/users/1\"}"),
                post(200, "/cache/test-rule", "{\"url\":\"/off/1\",\"response\":{}}"),
                post(200, "/cache/test-rule", "{\"url\":\"/a\",\"response\":{\"status\":200}}"),
                post(400, "/cache/test-rule", "{}"),
                post(413, "/cache/test-rule", " ".repeat((1 << 20) + 1)),
                post(200, "/cache/clean", ""),
                post(413, "/cache/clean", " ".repeat((1 << 20) + 1)),
                bare(200, "DELETE", "/cache/memory"),
                bare(200, "DELETE", "/cache/redis"),
                bare(200, "DELETE", "/cache/file"),
                bare(200, "DELETE", "/cache"),
                bare(202, "DELETE", "/cache", "Idempotency-Key", "pending"),
                bare(422, "DELETE", "/cache", "Idempotency-Key", "known"),
                get(200, "/cache/purges/{id}", "/cache/purges/known"),
                get(202, "/cache/purges/{id}", "/cache/purges/pending"),
                get(200, "/cache/purges/{id}", "/cache/purges/pending"),
                get(404, "/cache/purges/{id}", "/cache/purges/unknown")));
    rows.addAll(
        List.of(
            post(200, "/cache/purge", "{\"tags\":[\"a\"],\"soft\":true}"),
            post(200, "/cache/purge", "{\"patterns\":[\"/a*\"],\"prefixes\":[\"/b\"]}"),
            post(200, "/cache/purge", "{\"everything\":true,\"dryRun\":true}"),
            post(202, "/cache/purge", "{\"tags\":[\"a\"]}"),
            post(400, "/cache/purge", "{}"),
            post(400, "/cache/handover", "{\"record\":\"*\",\"seal\":\"\"}"),
            post(403, "/cache/handover", "{\"record\":\"AAAA\",\"seal\":\"00\"}"),
            post(404, "/cache/handover", handover()),
            post(413, "/cache/handover", " ".repeat(1_500_001)),
            post(413, "/cache/purge", " ".repeat((1 << 20) + 1)),
            new Row(
                422,
                "POST",
                "/cache/purge",
                "/cache/purge",
                "{\"tags\":[\"b\"]}",
                "Content-Type",
                "application/json",
                "Idempotency-Key",
                "known"),
            purge(200, "/products/1"),
            purge(200, "/products/1", "Surrogate-Key", "a b"),
            purge(202, "/products/1"),
            purge(400, "/a%00"),
            purge(400, "/a", "Soft-Purge", "yes"),
            purge(400, "/a", "Cache-Tag", ""),
            bare(400, "DELETE", "/cache", "Soft-Purge", "1"),
            bare(400, "DELETE", "/cache/file", "Cache-Tag", "a"),
            purge(422, "/a", "Idempotency-Key", "known")));
    return rows;
  }

  @TestFactory
  Stream<DynamicTest> everyAnswerIsAsTheDocumentSays() throws IOException {
    fill();
    return rows().stream().map(row -> dynamicTest(shortened(row.name()), () -> held(row)));
  }

  @Test
  void everyCallIsDescribedAndMadeHere() {
    Set<String> described = operations();
    Set<String> known = new TreeSet<>(admin.api.calls());
    known.add("PURGE /{url}");
    known.add("GET /cache/purges/{id}");
    assertThat(described).isEqualTo(known);
    assertThat(rows().stream().map(Row::call)).containsAll(described);
  }

  /// 403 and 429 have a test below; a fault of a layer and two purges at once cannot be had here,
  /// nor another instance that takes a purge over.
  @Test
  void everyStatusThatIsDescribedIsSeenHere() {
    List<String> unseen = new ArrayList<>();
    for (String call : operations()) {
      for (String status : operation(call).get("responses").propertyNames()) {
        boolean elsewhere = Set.of("403", "409", "429", "503").contains(status);
        boolean isBody = status.equals("400") && !call.startsWith("POST");
        boolean seen =
            rows().stream()
                .anyMatch(row -> row.call().equals(call) && status.equals("" + row.status()));
        boolean isOtherInstance = call.endsWith("/handover") && status.equals("200");
        if (!elsewhere && !isBody && !isOtherInstance && !seen) {
          unseen.add(call + " " + status);
        }
      }
    }
    assertThat(unseen).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> strangersAndBodiesThatNobodyReadsAreRefusedAsTheDocumentSays() {
    return operations().stream()
        .flatMap(call -> rows().stream().filter(row -> row.call().equals(call)).limit(1))
        .filter(row -> row.status() == 200)
        .flatMap(
            row ->
                Stream.of(
                    dynamicTest("stranger: " + row.name(), () -> stranger(row)),
                    dynamicTest("body: " + row.name(), () -> body(row))));
  }

  private void stranger(Row row) {
    boolean open = operation(row.call()).has("security");
    FakeExchange answer =
        admin.callFrom("192.0.2.1", row.method(), "localhost", row.target(), row.fields());
    assertThat(answer.status()).isEqualTo(open ? 200 : 403);
    hold(row, answer);

    AdminFixture guarded = new AdminFixture("--admin-token", "admin-token-0123456789");
    FakeExchange last = answer;
    for (int i = 0; i <= TokenFailures.MAX_FAILURES; i++) {
      List<String> fields = new ArrayList<>(List.of(row.fields()));
      fields.addAll(List.of("Authorization", "Bearer wrong"));
      last =
          guarded.callFrom(
              "192.0.2.1", row.method(), "localhost", row.target(), fields.toArray(String[]::new));
    }
    assertThat(last.status()).isEqualTo(open ? 200 : 429);
    hold(row, last);
  }

  private void body(Row row) {
    if (!row.method().equals("POST")) {
      FakeExchange answer = admin.callWithBody(row.method(), row.target(), "{}", row.fields());
      assertThat(answer.status()).isEqualTo(400);
      hold(row, answer);
    }
  }

  @Test
  void notReadyIsDescribed() {
    admin.notReadyFor.add("draining");
    FakeExchange answer = admin.call("GET", "/ready");
    assertThat(answer.status()).isEqualTo(503);
    hold(get("/ready"), answer);
  }

  @Test
  void theDocumentFollowsTheAdminPath() {
    JsonNode moved = new AdminFixture("--admin-path", "/x").get("/x/openapi.json");
    assertThat(moved.get("openapi").stringValue()).isEqualTo("3.2.0");
    assertThat(moved.get("paths").propertyNames())
        .contains("/x", "/x/stats", "/health")
        .doesNotContain("/cache/stats");
  }

  /// What the rows ask for.
  private void fill() throws IOException {
    admin.storeTagged("/products/1", "products");
    admin.storeTagged("/products/2", "products");
    admin.store(
        "localhost:4000",
        "/greeting",
        Headers.of("Accept-Language", "de"),
        "Cache-Control",
        "max-age=60",
        "Vary",
        "Accept-Language, X-Other",
        "ETag",
        "\"one\"");
    admin.call("PURGE", "/known", "Idempotency-Key", "known");
  }

  private FakeExchange answer(Row row) {
    admin.diskIsGone = row.status() == 202;
    return row.body().isEmpty()
        ? admin.call(row.method(), row.target(), row.fields())
        : admin.callWithBody(row.method(), row.target(), row.body(), row.fields());
  }

  private void held(Row row) {
    FakeExchange answer = answer(row);
    assertThat(answer.status()).as(answer.answer()).isEqualTo(row.status());
    hold(row, answer);
  }

  private void hold(Row row, FakeExchange answer) {
    JsonNode described = operation(row.call()).get("responses").get("" + answer.status());
    assertThat(described).as("%s answered %s", row.name(), answer.answer()).isNotNull();
    JsonNode content = resolved(described).get("content");
    String type = answer.headers().first("Content-Type").orElseThrow();
    assertThat(content.propertyNames()).containsExactly(type.split(";", 2)[0]);
    JsonNode schema = content.get(type.split(";", 2)[0]).get("schema");
    if (!type.startsWith("text/")) {
      assertThat(schema(schema).validate(answer.answer(), InputFormat.JSON))
          .as(answer.answer())
          .isEmpty();
    }
  }

  /// With the components at hand, to which its references point.
  private Schema schema(JsonNode schema) {
    ObjectNode whole = ((ObjectNode) schema).deepCopy();
    whole.set("components", document.get("components"));
    return schemas.getSchema(whole);
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? document.at(node.get("$ref").stringValue().substring(1)) : node;
  }

  private JsonNode operation(String call) {
    String[] words = call.split(" ", 2);
    JsonNode path = document.get("paths").get(words[1]);
    JsonNode more = path.path("additionalOperations");
    return more.has(words[0]) ? more.get(words[0]) : path.get(words[0].toLowerCase(Locale.ROOT));
  }

  private Set<String> operations() {
    Set<String> calls = new TreeSet<>();
    document
        .get("paths")
        .properties()
        .forEach(
            path -> {
              for (String method : List.of("get", "post", "delete")) {
                if (path.getValue().has(method)) {
                  calls.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                }
              }
              path.getValue()
                  .path("additionalOperations")
                  .propertyNames()
                  .forEach(method -> calls.add(method + " " + path.getKey()));
            });
    return calls;
  }

  /// The document with every object closed: clients are to bear members that they do not know, but
  /// one that is not described is a fault of the document.
  private static ObjectNode strict(JsonNode node) {
    ObjectNode copy = (ObjectNode) JsonMapper.shared().readTree(node.toString());
    close(copy.get("components").get("schemas"));
    close(copy.get("paths"));
    return copy;
  }

  private static void close(JsonNode node) {
    if (node instanceof ObjectNode object
        && object.path("type").asString("").equals("object")
        && object.has("properties")) {
      object.set("additionalProperties", JsonNodeFactory.instance.booleanNode(false));
    }
    node.forEach(OpenApiTest::close);
  }

  private static String shortened(String text) {
    return text.length() < 120 ? text : text.substring(0, 120) + "…";
  }
}
