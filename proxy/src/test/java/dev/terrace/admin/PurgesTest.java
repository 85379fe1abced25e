package dev.terrace.admin;

import static dev.terrace.purge.Verdict.CURRENT;
import static dev.terrace.purge.Verdict.PURGED;
import static dev.terrace.purge.Verdict.SOFT_PURGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.terrace.http.Headers;
import dev.terrace.layer.Entry;
import dev.terrace.observe.Event;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// What purges cover, in every way in which they can be asked for.
final class PurgesTest {
  private final AdminFixture admin = new AdminFixture();

  @Test
  void deleteOfTheAdminPathPurgesEverythingAndSaysSo() throws IOException {
    Entry one = admin.store("/products/1");
    FakeExchange answer = admin.call("DELETE", "/cache");
    assertThat(answer.status()).isEqualTo(200);
    JsonNode receipt = AdminFixture.json(answer);
    assertThat(receipt.get("id").stringValue()).isEqualTo("purge-1");
    assertThat(receipt.get("status").stringValue()).isEqualTo("applied");
    assertThat(receipt.get("mode").stringValue()).isEqualTo("hard");
    assertThat(receipt.get("layers").get("memory").stringValue()).isEqualTo("applied");
    assertThat(admin.judge(one)).isEqualTo(PURGED);
    assertThat(admin.get("/cache/stats").get("memory").get("size").intValue()).isZero();
    assertThat(admin.events).containsExactly(new Event.Purged("everything", "hard"));
    assertThat(admin.judge(admin.store("/products/1"))).isEqualTo(CURRENT);
    assertThat(admin.get("/cache/purges/purge-1")).isEqualTo(receipt);
    assertThat(admin.call("GET", "/cache/purges/other").status()).isEqualTo(404);
  }

  @Test
  void aPurgeByTagFindsTheGroupsOfEveryHostAndWhatIsNamedAlike() throws IOException {
    String[] grouped = {"Cache-Control", "max-age=60", "Cache-Groups", "\"news\""};
    Entry one = admin.store("localhost:4000", "/1", Headers.EMPTY, grouped);
    Entry named = admin.storeTagged("/2", "news");

    admin.call("PURGE", "/", "Surrogate-Key", "news");

    assertThat(admin.judge(one)).isEqualTo(PURGED);
    assertThat(admin.judge(named)).isEqualTo(PURGED);
  }

  @Test
  void aPurgeCountsOnceForEachKindOfScope() throws IOException {
    admin.post(
        "/cache/purge",
        "{\"tags\":[\"a\",\"b\"],\"urls\":[\"/1\",\"/2\"],\"prefixes\":[\"/p\"],\"soft\":true}");
    admin.call("PURGE", "/", "Surrogate-Key", "a b c");

    assertThat(admin.events)
        .containsExactlyInAnyOrder(
            new Event.Purged("tag", "soft"),
            new Event.Purged("url", "soft"),
            new Event.Purged("prefix", "soft"),
            new Event.Purged("tag", "hard"));
  }

  @Test
  void aPurgeThatComesAgainUnderItsIdempotencyKeyIsAnsweredByItsReceiptAndNotAppliedAgain()
      throws IOException {
    String[] key = {"Idempotency-Key", "\"deploy-42\""};
    JsonNode receipt = AdminFixture.json(admin.call("PURGE", "/products/1", key));
    assertThat(receipt.get("id").stringValue()).isEqualTo("deploy-42");
    assertThat(receipt.get("instances").get(0).get("instance").stringValue()).isEqualTo("here");
    Entry later = admin.store("/products/1");

    FakeExchange again = admin.call("PURGE", "/products/1", "Idempotency-Key", "deploy-42");
    assertThat(again.status()).isEqualTo(200);
    assertThat(AdminFixture.json(again)).isEqualTo(receipt);
    assertThat(admin.judge(later)).isEqualTo(CURRENT);
    assertThat(admin.events).hasSize(1);
    assertThat(admin.get("/cache/purges/deploy-42")).isEqualTo(receipt);
  }

  @Test
  void anIdempotencyKeyOfAnotherPurgeIsRefusedSinceNothingWouldBePurged() throws IOException {
    Entry other = admin.store("/products/2");
    admin.call("PURGE", "/products/1", "Idempotency-Key", "k");
    assertThat(admin.call("PURGE", "/products/2", "Idempotency-Key", "k").status()).isEqualTo(422);
    assertThat(
            admin.call("PURGE", "/products/1", "Idempotency-Key", "k", "Soft-Purge", "1").status())
        .isEqualTo(422);
    assertThat(admin.call("DELETE", "/cache", "Idempotency-Key", "k").status()).isEqualTo(422);
    assertThat(admin.judge(other)).isEqualTo(CURRENT);
  }

  @Test
  void anIdempotencyKeyThatIsNoIdRefusesThePurge() throws IOException {
    Entry entry = admin.store("/products/1");
    for (String key : List.of("", "a/b", "a b", "\u00e9", "a".repeat(129))) {
      assertThat(admin.call("PURGE", "/products/1", "Idempotency-Key", key).status())
          .as(key)
          .isEqualTo(400);
      assertThat(detail(admin.call("PURGE", "/products/1", "Idempotency-Key", key)))
          .startsWith("Idempotency-Key: got \"" + key.substring(0, Math.min(80, key.length())));
    }
    assertThat(
            admin
                .call("PURGE", "/products/1", "Idempotency-Key", "a", "Idempotency-Key", "b")
                .status())
        .isEqualTo(400);
    assertThat(admin.judge(entry)).isEqualTo(CURRENT);
  }

  @Test
  void aPeerThatMayOnlyPurgeSeesItsReceiptByPurgingAgainUnderItsId() {
    AdminFixture open = new AdminFixture("--purge-allow", "10.0.0.0/8");
    open.diskIsGone = true;
    FakeExchange pending = open.callFrom("10.1.2.3", "PURGE", "localhost", "/a");
    assertThat(pending.status()).isEqualTo(202);
    String id = AdminFixture.json(pending).get("id").stringValue();
    open.diskIsGone = false;
    assertThat(open.callFrom("10.1.2.3", "GET", "localhost", "/cache/purges/" + id).status())
        .isEqualTo(403);
    FakeExchange again =
        open.callFrom("10.1.2.3", "PURGE", "localhost", "/a", "Idempotency-Key", id);
    assertThat(again.status()).isEqualTo(200);
    assertThat(AdminFixture.json(again)).isEqualTo(open.get("/cache/purges/" + id));
    assertThat(open.events).hasSize(1);
  }

  @Test
  void aDryRunTakesNoIdempotencyKey() throws IOException {
    Entry entry = admin.store("/products/1");
    String body = "{\"urls\":[\"/products/1\"],\"dryRun\":%s}";
    String[] fields = {"Content-Type", "application/json", "Idempotency-Key", "one"};
    admin.callWithBody("POST", "/cache/purge", body.formatted("true"), fields);
    assertThat(admin.call("GET", "/cache/purges/one").status()).isEqualTo(404);
    FakeExchange real = admin.callWithBody("POST", "/cache/purge", body.formatted("false"), fields);
    assertThat(real.status()).isEqualTo(200);
    assertThat(admin.judge(entry)).isEqualTo(PURGED);
  }

  @Test
  void purgeOfAUrlCoversAllItsVariantsAndNoOtherUrl() throws IOException {
    Entry german = greeting("de");
    Entry french = greeting("fr");
    Entry query = admin.store("/greeting?a=1");
    Entry below = admin.store("/greeting/x");
    JsonNode receipt = AdminFixture.json(admin.call("PURGE", "/greeting"));
    assertThat(receipt.get("scopes").get(0).get("scope").stringValue()).isEqualTo("url");
    assertThat(receipt.get("scopes").get(0).get("value").stringValue()).isEqualTo("/greeting");
    assertThat(admin.judge(german)).isEqualTo(PURGED);
    assertThat(admin.judge(french)).isEqualTo(PURGED);
    assertThat(admin.judge(query)).isEqualTo(CURRENT);
    assertThat(admin.judge(below)).isEqualTo(CURRENT);
  }

  @Test
  void aPurgedUrlIsNormalisedAsARequestIs() throws IOException {
    Entry entry = admin.store("/a/b?x=1&y=2");
    admin.call("PURGE", "/%61/c/../b?y=2&x=1");
    assertThat(admin.judge(entry)).isEqualTo(PURGED);
  }

  @Test
  void aSoftPurgeMakesStale() throws IOException {
    Entry entry = admin.store("/products/1");
    FakeExchange answer = admin.call("PURGE", "/products/1", "Soft-Purge", "1");
    assertThat(AdminFixture.json(answer).get("mode").stringValue()).isEqualTo("soft");
    assertThat(admin.judge(entry)).isEqualTo(SOFT_PURGED);
  }

  @Test
  void purgeByTagsCoversWhatCarriesThemWhateverTheUrl() throws IOException {
    Entry one = admin.storeTagged("/products/1", "products product-1");
    Entry two = admin.storeTagged("/products/2", "products product-2");
    Entry other = admin.store("/news");
    admin.call("PURGE", "/news", "Surrogate-Key", "product-1 unknown");
    assertThat(admin.judge(one)).isEqualTo(PURGED);
    assertThat(admin.judge(two)).isEqualTo(CURRENT);
    assertThat(admin.judge(other)).isEqualTo(CURRENT);
    admin.call("PURGE", "/", "Cache-Tag", "product-2, other");
    assertThat(admin.judge(two)).isEqualTo(PURGED);
  }

  private record Named(String sentence, String method, String host, String url) {}

  @TestFactory
  Stream<DynamicTest> aUrlIsNamedAsClientsOrTheTargetNameIt() {
    return Stream.of(
            new Named("a path", "POST", "", "/v1/items/7"),
            new Named("an absolute URL", "POST", "", "http://localhost:4000/v1/items/7"),
            new Named("whatever its scheme", "POST", "", "https://localhost:4000/v1/items/7"),
            new Named("any name of Terrace", "POST", "", "http://shop.example/v1/items/7"),
            new Named("the target's own URL", "POST", "", "http://api.example.com/base/items/7"),
            new Named("with its port", "POST", "", "http://API.example.com:80/base/items/7"),
            new Named("PURGE at loopback", "PURGE", "localhost:4000", "/v1/items/7"),
            new Named("PURGE with the target's name", "PURGE", "api.example.com", "/v1/items/7"))
        .map(
            row ->
                dynamicTest(
                    row.sentence(),
                    () -> {
                      AdminFixture mapped =
                          new AdminFixture(
                              "--target-url", "http://api.example.com/base",
                              "--api-prefix", "/v1");
                      Entry entry = mapped.store("/v1/items/7");
                      Entry other = mapped.store("/v1/items/8");
                      FakeExchange answer =
                          row.method().equals("PURGE")
                              ? mapped.callFrom("127.0.0.1", "PURGE", row.host(), row.url())
                              : mapped.post("/cache/purge", "{\"urls\":[\"" + row.url() + "\"]}");
                      assertThat(answer.status()).as(answer.answer()).isEqualTo(200);
                      assertThat(mapped.judge(entry)).isEqualTo(PURGED);
                      assertThat(mapped.judge(other)).isEqualTo(CURRENT);
                    }));
  }

  @Test
  void withTheClientsHostInTheKeyAnAbsoluteUrlCoversOneHostAndAPathEvery() throws IOException {
    AdminFixture hosts = new AdminFixture("--forward-host=true", "--allowed-hosts", "*.example");
    Entry a = hosts.store("a.example", "/x", Headers.EMPTY, "Cache-Control", "max-age=60");
    Entry b = hosts.store("b.example", "/x", Headers.EMPTY, "Cache-Control", "max-age=60");
    hosts.post("/cache/purge", "{\"urls\":[\"https://A.example/x\"]}");
    assertThat(hosts.judge(a)).isEqualTo(PURGED);
    assertThat(hosts.judge(b)).isEqualTo(CURRENT);

    a = hosts.store("a.example", "/x", Headers.EMPTY, "Cache-Control", "max-age=60");
    hosts.callFrom("127.0.0.1", "PURGE", "b.example", "/x");
    assertThat(hosts.judge(a)).isEqualTo(CURRENT);
    assertThat(hosts.judge(b)).isEqualTo(PURGED);

    b = hosts.store("b.example", "/x", Headers.EMPTY, "Cache-Control", "max-age=60");
    hosts.call("PURGE", "/x");
    assertThat(hosts.judge(a)).isEqualTo(PURGED);
    assertThat(hosts.judge(b)).isEqualTo(PURGED);
  }

  private record Hosts(String url, String covered, String spared) {}

  @TestFactory
  Stream<DynamicTest> withTheClientsHostInTheKeyEveryReadingOfAUrlIsPurged() {
    return Stream.of(
            new Hosts("http://one.example:80/x", "one.example", "two.example"),
            new Hosts("http://One.example:80/x", "one.example:80", "two.example"),
            new Hosts("https://one.example:443/x", "one.example", "one.example:8443"),
            new Hosts("https://one.example:443/x", "one.example:443", "one.example:8443"),
            new Hosts("http://one.example/x", "one.example:80", "one.example:443"),
            new Hosts("http://one.example:8080/x", "one.example:8080", "one.example"),
            new Hosts("http://127.0.0.1:9000/base/x", "one.example", ""),
            new Hosts("http://127.0.0.1:9000/base/x", "two.example:8080", ""))
        .map(
            row ->
                dynamicTest(
                    row.url() + " as " + row.covered(),
                    () -> {
                      AdminFixture hosts =
                          new AdminFixture(
                              "--target-url",
                              "http://127.0.0.1:9000/base",
                              "--forward-host=true",
                              "--allowed-hosts",
                              "*.example");
                      Entry covered = stored(hosts, row.covered(), "/x");
                      Entry spared =
                          row.spared().isEmpty()
                              ? stored(hosts, row.covered(), "/y")
                              : stored(hosts, row.spared(), "/x");
                      FakeExchange answer =
                          hosts.post("/cache/purge", "{\"urls\":[\"" + row.url() + "\"]}");
                      assertThat(answer.status()).as(answer.answer()).isEqualTo(200);
                      assertThat(hosts.judge(covered)).isEqualTo(PURGED);
                      assertThat(hosts.judge(spared)).isEqualTo(CURRENT);
                    }));
  }

  private static Entry stored(AdminFixture hosts, String host, String target) throws IOException {
    return hosts.store(host, target, Headers.EMPTY, "Cache-Control", "max-age=60");
  }

  @Test
  void withTheClientsHostInTheKeyAHostThatIsNeverServedIsRefused() {
    String[] flags = {"--allowed-hosts", "one.example", "--forward-host"};
    AdminFixture hosts = new AdminFixture(flags);
    FakeExchange answer =
        hosts.post("/cache/purge", "{\"urls\":[\"/x\",\"http://two.example/x\"]}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(detail(answer))
        .isEqualTo(
            gotten(
                "urls[1]",
                "http://two.example/x",
                "a URL that is served; a request for this URL would be answered 421: Host: expected"
                    + " one of --allowed-hosts"));
    assertThat(hosts.post("/cache/purge", "{\"urls\":[\"/x\"]}").status()).isEqualTo(200);

    // Where keys do not hold it, a name by which operators alone reach Terrace will do.
    AdminFixture one = new AdminFixture("--allowed-hosts", "one.example");
    assertThat(one.post("/cache/purge", "{\"urls\":[\"http://two.example/x\"]}").status())
        .isEqualTo(200);
  }

  @Test
  void aReceiptNamesScopesInTheOrderInWhichTheyWereAskedFor() {
    StringBuilder urls = new StringBuilder();
    List<String> asked = new ArrayList<>();
    for (int i = 20; i > 0; i--) {
      asked.add("/" + i);
      urls.append(urls.isEmpty() ? "" : ",").append("\"/").append(i).append('"');
    }
    JsonNode receipt =
        AdminFixture.json(admin.post("/cache/purge", "{\"tags\":[\"a\"],\"urls\":[" + urls + "]}"));
    asked.add("a");
    List<String> shown = new ArrayList<>();
    receipt.get("scopes").forEach(scope -> shown.add(scope.get("value").stringValue()));
    assertThat(shown).isEqualTo(asked);
    assertThat(admin.get("/cache/purges/purge-1")).isEqualTo(receipt);
  }

  @Test
  void aUrlIsPurgedUnderEveryRuleThatCouldKeyIt() throws IOException {
    AdminFixture ruled =
        new AdminFixture(
            "--cache-rules",
            "[{\"pattern\":\"/search*\",\"keyQuery\":{\"drop\":[\"@tracking\"]}}]");
    Entry entry = ruled.store("/search?q=1&utm_source=a");
    ruled.call("PURGE", "/search?q=1&utm_source=other");
    assertThat(ruled.judge(entry)).isEqualTo(PURGED);
  }

  @Test
  void prefixesAndPatternsCoverWhatTheyMatch() throws IOException {
    Entry one = admin.store("/products/1");
    Entry ten = admin.store("/products/10?a=1");
    Entry news = admin.store("/news");
    admin.post("/cache/purge", "{\"prefixes\":[\"/products/1\"]}");
    assertThat(List.of(admin.judge(one), admin.judge(ten), admin.judge(news)))
        .containsExactly(PURGED, PURGED, CURRENT);

    one = admin.store("/products/1");
    admin.post("/cache/purge", "{\"patterns\":[\"/news\",\"/products/?\"]}");
    assertThat(admin.judge(news)).isEqualTo(PURGED);
    assertThat(admin.judge(one)).isEqualTo(CURRENT);
  }

  @Test
  void aPrefixIsMappedLikeThePathsThatClientsUse() throws IOException {
    AdminFixture mapped = new AdminFixture("--api-prefix", "/v1");
    Entry one = mapped.store("/v1/items/1");
    Entry other = mapped.store("/v1/other");
    mapped.post("/cache/purge", "{\"prefixes\":[\"/v1/items\"]}");
    assertThat(mapped.judge(one)).isEqualTo(PURGED);
    assertThat(mapped.judge(other)).isEqualTo(CURRENT);
    mapped.post("/cache/purge", "{\"prefixes\":[\"/v1\"]}");
    assertThat(mapped.judge(other)).isEqualTo(PURGED);
  }

  @Test
  void aDryRunCountsWhatThePurgeWouldCoverAndChangesNothing() throws IOException {
    Entry one = admin.storeTagged("/products/1", "products");
    admin.storeTagged("/products/2", "products");
    admin.store("/news");
    assertThat(dryRun("{\"tags\":[\"products\"],\"dryRun\":true}")).isEqualTo(2);
    assertThat(dryRun("{\"urls\":[\"/news\"],\"tags\":[\"products\"],\"dryRun\":true}"))
        .isEqualTo(3);
    assertThat(dryRun("{\"urls\":[\"/nothing\"],\"dryRun\":true}")).isZero();
    assertThat(dryRun("{\"prefixes\":[\"/products/2\"],\"dryRun\":true}")).isEqualTo(1);
    assertThat(dryRun("{\"everything\":true,\"soft\":true,\"dryRun\":true}")).isEqualTo(3);
    assertThat(admin.judge(one)).isEqualTo(CURRENT);
    assertThat(admin.events).isEmpty();
    admin.call("PURGE", "/products/1");
    assertThat(dryRun("{\"tags\":[\"products\"],\"dryRun\":true}")).isEqualTo(1);
  }

  @TestFactory
  Stream<DynamicTest> aCallThatIsNotUnderstoodPurgesNothing() {
    return Stream.of(
            "",
            "[]",
            "{",
            "{} {}",
            "{}",
            "{\"everything\":false}",
            "{\"everything\":\"yes\"}",
            "{\"urls\":[]}",
            "{\"urls\":\"/a\"}",
            "{\"urls\":{\"a\":\"/a\"}}",
            "{\"urls\":[\"/products/1\",7]}",
            "{\"urls\":[\"/products/1\",\"\"]}",
            "{\"urls\":[\"/products/1\",\"products/2\"]}",
            "{\"urls\":[\"/products/1\",\"ftp://x/\"]}",
            "{\"urls\":[\"/products/1\",\"/../x\"]}",
            "{\"urls\":[\"/products/1\",\"/a b\"]}",
            "{\"urls\":[\"/products/1\",\"/a#b\"]}",
            "{\"urls\":[\"/products/1\",\"http://a@b/\"]}",
            "{\"tags\":[\" \"],\"everything\":true}",
            "{\"tags\":[\"" + "x".repeat(257) + "\"],\"everything\":true}",
            "{\"prefixes\":[\"products\"],\"everything\":true}",
            "{\"prefixes\":[\"/a?b\"],\"everything\":true}",
            "{\"patterns\":[\"/[a\"],\"everything\":true}",
            "{\"patterns\":[\"/" + "a".repeat(8192) + "\"],\"everything\":true}",
            "{\"prefixes\":[\"/" + "a".repeat(8192) + "\"],\"everything\":true}",
            "{\"everything\":true,\"everything\":true}",
            "{\"everything\":true,\"sotf\":true}",
            "{\"everything\":true,\"soft\":\"1\"}")
        .map(
            body ->
                dynamicTest(
                    "body: " + body.substring(0, Math.min(80, body.length())),
                    () -> {
                      AdminFixture fresh = new AdminFixture();
                      Entry entry = fresh.store("/products/1");
                      FakeExchange answer = fresh.post("/cache/purge", body);
                      assertThat(answer.status()).isEqualTo(400);
                      assertThat(answer.headers().first("Content-Type"))
                          .contains("application/problem+json");
                      assertThat(fresh.judge(entry)).isEqualTo(CURRENT);
                      assertThat(fresh.events).isEmpty();
                    }));
  }

  /// @param request method and target
  /// @param detail of the problem
  private record Refused(String request, String detail, String... fields) {}

  @TestFactory
  Stream<DynamicTest> whatMeansLessThanAHardPurgeIsNeverCarriedOutAsOne() {
    String allowed = "none; soft, dryRun and tags stand in the body of a POST of /purge";
    return Stream.of(
            new Refused("PURGE /a", gotten("Soft-Purge", "true", "0 or 1"), "Soft-Purge", "true"),
            new Refused("PURGE /a", gotten("Soft-Purge", "2", "0 or 1"), "Soft-Purge", "2"),
            new Refused("PURGE /a", gotten("Soft-Purge", "", "0 or 1"), "Soft-Purge", ""),
            new Refused(
                "PURGE /a",
                gotten("Soft-Purge", "0, 1", "0 or 1"),
                "Soft-Purge",
                "0",
                "Soft-Purge",
                "1"),
            new Refused(
                "PURGE /a", gotten("Surrogate-Key", " ", "one tag or more"), "Surrogate-Key", " "),
            new Refused(
                "PURGE /a", gotten("Cache-Tag", ",,", "one tag or more"), "Cache-Tag", ",,"),
            new Refused(
                "PURGE /a",
                gotten("Fastly-Soft-Purge", "yes", "0 or 1"),
                "Fastly-Soft-Purge",
                "yes"),
            new Refused("DELETE /cache?dryRun=true", gotten("the query", "?dryRun=true", allowed)),
            new Refused("DELETE /cache", gotten("Soft-Purge", "1", allowed), "Soft-Purge", "1"),
            new Refused("DELETE /cache", gotten("Cache-Tag", "a", allowed), "Cache-Tag", "a"),
            new Refused("DELETE /cache/memory?soft", gotten("the query", "?soft", allowed)),
            new Refused(
                "DELETE /cache/memory",
                gotten("Surrogate-Key", "a", allowed),
                "Surrogate-Key",
                "a"),
            new Refused("POST /cache/purge?dryRun=1", gotten("the query", "?dryRun=1", allowed)),
            new Refused("POST /cache/purge", gotten("Soft-Purge", "1", allowed), "Soft-Purge", "1"))
        .map(
            row ->
                dynamicTest(
                    row.request() + " " + List.of(row.fields()),
                    () -> {
                      AdminFixture fresh = new AdminFixture();
                      Entry entry = fresh.store("/a");
                      String[] words = row.request().split(" ", 2);
                      List<String> fields = new ArrayList<>(List.of(row.fields()));
                      fields.addAll(List.of("Content-Type", "application/json"));
                      FakeExchange answer =
                          fresh.callWithBody(
                              words[0],
                              words[1],
                              words[0].equals("POST") ? "{\"urls\":[\"/a\"]}" : "",
                              fields.toArray(String[]::new));
                      assertThat(answer.status()).isEqualTo(400);
                      assertThat(detail(answer)).isEqualTo(row.detail());
                      assertThat(fresh.judge(entry)).isEqualTo(CURRENT);
                      assertThat(fresh.get("/cache/entries").get("entries")).hasSize(1);
                    }));
  }

  @Test
  void aPurgeThatSaysItIsNotSoftIsHard() throws IOException {
    Entry entry = admin.store("/a");
    assertThat(admin.call("PURGE", "/a", "Soft-Purge", "0").status()).isEqualTo(200);
    assertThat(admin.judge(entry)).isEqualTo(PURGED);
    Entry other = admin.store("/b");
    assertThat(admin.call("DELETE", "/cache", "Soft-Purge", "0").status()).isEqualTo(200);
    assertThat(admin.judge(other)).isEqualTo(PURGED);
  }

  @Test
  void aPurgeIsSoftByTheNameThatFastlyHasForIt() throws IOException {
    Entry entry = admin.store("/a");
    assertThat(admin.call("PURGE", "/a", "Fastly-Soft-Purge", "1").status()).isEqualTo(200);
    assertThat(admin.judge(entry)).isEqualTo(SOFT_PURGED);
  }

  @Test
  void anEmptyFieldBesideOneThatNamesATagIsNone() throws IOException {
    Entry entry = admin.store("/a");
    FakeExchange answer = admin.call("PURGE", "/a", "Surrogate-Key", "red", "Cache-Tag", "");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(admin.judge(entry)).isEqualTo(CURRENT);
  }

  private record Fault(String body, String detail) {}

  @TestFactory
  Stream<DynamicTest> aProblemNamesTheElementWhatCameAndWhatIsAllowed() {
    String url = "an absolute URL or a path that begins with /";
    String served = "a URL that is served; a request for this URL would be answered 400: ";
    return Stream.of(
            new Fault(
                "{\"urls\":[\"/ok\",\"/also ok\"]}",
                gotten(
                    "urls[1]",
                    "/also ok",
                    served + "the request target holds byte 0x20 at position 5")),
            new Fault("{\"urls\":[\"/ok\",5]}", "urls[1]: got 5, expected a text"),
            new Fault("{\"urls\":[\"\"]}", gotten("urls[0]", "", url)),
            new Fault("{\"urls\":\"/a\"}", gotten("urls", "/a", "a list of texts")),
            new Fault("{\"urls\":[[]]}", "urls[0]: got a list, expected a text"),
            new Fault("{\"tags\":null}", "tags: got null, expected a list of texts"),
            new Fault(
                "{\"urls\":[\"ftp://u:canary-secret@h/\"]}",
                gotten("urls[0]", "ftp://***@h/", url)),
            new Fault(
                "{\"urls\":[\"a?b=1&token=canary-secret\"]}",
                gotten("urls[0]", "a?b=1&token=***", url)),
            new Fault(
                "{\"urls\":[\"a\\u0000\\u001b\"]}", gotten("urls[0]", "a\\u0000\\u001b", url)),
            new Fault(
                "{\"tags\":[\"a\",\"" + "x".repeat(257) + "\"]}",
                "tags[1]: got \""
                    + "x".repeat(80)
                    + "…\", expected a tag of 1 to 256 bytes, not of 257"),
            new Fault(
                "{\"tags\":[\"\\ud800\"]}",
                gotten("tags[0]", "\\ud800", "whole characters: half a surrogate pair is none")),
            new Fault(
                "{\"prefixes\":[\"a\"]}",
                gotten(
                    "prefixes[0]", "a", "the beginning of a path, from / on and without a query")),
            new Fault(
                "{\"patterns\":[\"/a?token=canary-secret[\"]}",
                gotten(
                    "patterns[0]",
                    "/a?***",
                    "a pattern as rules have them, not [ without a character and ] at position"
                        + " 22")),
            new Fault("{\"soft\":\"true\"}", gotten("soft", "true", "true or false")),
            new Fault("{\"everything\":1}", "everything: got 1, expected true or false"),
            new Fault(
                "{\"sotf\":true}",
                gotten(
                    "member",
                    "sotf",
                    "some of dryRun, everything, patterns, prefixes, soft, tags, urls")),
            new Fault(
                "{}",
                "urls, tags, prefixes, patterns and everything: got 0, expected 1 to 10000"
                    + " together"),
            new Fault("[]", "the body: expected a JSON object"),
            new Fault("{\n \"canary-secret}", unreadable(2, 17)),
            new Fault("{\"soft\":true,\"soft\":true}", unreadable(1, 20)),
            new Fault("{} {}", unreadable(1, 4)),
            new Fault("[".repeat(501), unreadable("")))
        .map(
            row ->
                dynamicTest(
                    "body: " + row.body().substring(0, Math.min(80, row.body().length())),
                    () ->
                        assertThat(detail(admin.post("/cache/purge", row.body())))
                            .isEqualTo(row.detail())));
  }

  private static String gotten(String place, String came, String expected) {
    return place + ": got \"" + came + "\", expected " + expected;
  }

  private static String unreadable(int line, int column) {
    return unreadable(" from line " + line + ", column " + column + " on");
  }

  private static String unreadable(String where) {
    return "the body: cannot be read"
        + where
        + ", expected one JSON object, no member of it twice, nested at most 500 deep";
  }

  private static String detail(FakeExchange answer) {
    return AdminFixture.json(answer).get("detail").stringValue();
  }

  @Test
  void aReceiptMasksCredentialsInUrlsAndPatterns() {
    FakeExchange answer = admin.call("PURGE", "/a?api_key=canary-secret&b=1");
    assertThat(answer.answer()).contains("api_key=***").doesNotContain("canary-secret");
    answer = admin.post("/cache/purge", "{\"patterns\":[\"/a?api_key=canary-secret*\"]}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.answer()).contains("/a?api_key=***").doesNotContain("canary-secret");
  }

  @Test
  void onlyTheLastThousandReceiptsAreKept() {
    for (int i = 0; i <= Receipts.MAX_RECEIPTS; i++) {
      admin.call("PURGE", "/a");
    }
    assertThat(admin.call("GET", "/cache/purges/purge-1").status()).isEqualTo(404);
    assertThat(admin.call("GET", "/cache/purges/purge-2").status()).isEqualTo(200);
  }

  private int dryRun(String body) {
    FakeExchange answer = admin.post("/cache/purge", body);
    JsonNode json = AdminFixture.json(answer);
    assertThat(json.get("status").stringValue()).isEqualTo("dry-run");
    assertThat(json.get("estimated")).as("memory is counted exactly").isEmpty();
    return json.get("entries").get("memory").intValue();
  }

  private Entry greeting(String language) throws IOException {
    return admin.store(
        "localhost:4000",
        "/greeting",
        Headers.of("Accept-Language", language),
        "Cache-Control",
        "max-age=60",
        "Vary",
        "Accept-Language");
  }
}
