package dev.terrace.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.terrace.admin.AdminAccess.Decision;
import dev.terrace.admin.AdminAccess.Permission;
import dev.terrace.admin.AdminSettings.Placement;
import dev.terrace.config.Networks;
import dev.terrace.http.Headers;
import dev.terrace.http.HttpVersion;
import dev.terrace.http.RequestHead;
import dev.terrace.rules.Glob;
import dev.terrace.rules.Peer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Section 6 of product.md and security.md S1, S2 and S18, row by row.
final class AdminAccessTest {
  private static final String ADMIN = "admin-token-0123456789";
  private static final String READER = "read-token-0123456789";

  /// Which tokens are set.
  private enum Tokens {
    NONE,
    READ,
    ADMIN,
    BOTH
  }

  private enum Expected {
    ALLOWED,
    REFUSED,
    WRONG_TOKEN
  }

  private record Row(
      String sentence,
      Tokens tokens,
      Permission permission,
      String method,
      String peer,
      String host,
      Expected expected,
      Headers headers) {
    /// @param fields a name and a value by turns
    Row(
        String sentence,
        Tokens tokens,
        Permission permission,
        String method,
        String peer,
        String host,
        Expected expected,
        String... fields) {
      this(sentence, tokens, permission, method, peer, host, expected, Headers.of(fields));
    }
  }

  private static final Expected YES = Expected.ALLOWED;
  private static final Expected NO = Expected.REFUSED;
  private static final Expected WRONG = Expected.WRONG_TOKEN;

  private static final List<Row> WITHOUT_TOKEN =
      List.of(
          read("the operator on this machine reads", "127.0.0.1", "localhost:4000", YES),
          read("by the address", "127.0.0.1", "127.0.0.1:4000", YES),
          read("by IPv6", "::1", "[::1]:4000", YES),
          read("by a mapped address", "::ffff:127.0.0.1", "localhost", YES),
          read("by another loopback address", "127.8.9.10", "127.8.9.10", YES),
          read("whatever the case of the name", "127.0.0.1", "LocalHost:4000", YES),
          read("another machine does not", "192.0.2.7", "localhost:4000", NO),
          read("nor one of the private network", "10.0.0.7", "127.0.0.1:4000", NO),
          read("nor what is no address", "unknown", "localhost", NO),
          read("a name that was rebound to loopback", "127.0.0.1", "evil.example:4000", NO),
          read("a name that begins like localhost", "127.0.0.1", "localhost.evil.example", NO),
          read("a name that ends like it", "127.0.0.1", "evil-localhost", NO),
          read("a name that begins like an address", "127.0.0.1", "127.0.0.1.evil.example", NO),
          read("an address in one number", "127.0.0.1", "2130706433", NO),
          read("a short address", "127.0.0.1", "127.1", NO),
          read("no Host at all", "127.0.0.1", "", NO),
          read("the site's host, to read", "127.0.0.1", "shop.example", NO),
          read("behind a proxy: X-Forwarded-For", NO, "X-Forwarded-For", "192.0.2.7"),
          read("X-Forwarded-Host", NO, "X-Forwarded-Host", "localhost"),
          read("any X-Forwarded field, in any case", NO, "x-FORWARDED-anything", "1"),
          read("Forwarded", NO, "Forwarded", "for=127.0.0.1"),
          read("X-Real-IP", NO, "X-Real-IP", "127.0.0.1"),
          read("Via", NO, "Via", "1.1 front"),
          read("a page of another site", NO, "Origin", "https://evil.example"),
          read("a page without an origin", NO, "Origin", "null"),
          read("a page of another port here", NO, "Origin", "http://localhost:3000"),
          read("a page of our own", YES, "Origin", "http://localhost:4000"),
          read(
              "two origins",
              NO,
              "Origin",
              "http://localhost:4000",
              "Origin",
              "http://evil.example"),
          read("Sec-Fetch-Site: cross-site", NO, "Sec-Fetch-Site", "cross-site"),
          read("Sec-Fetch-Site: same-site", NO, "Sec-Fetch-Site", "same-site"),
          read("Sec-Fetch-Site: none", YES, "Sec-Fetch-Site", "none"),
          read("Sec-Fetch-Site: same-origin", YES, "Sec-Fetch-Site", "same-origin"),
          read("two of them", NO, "Sec-Fetch-Site", "same-origin", "Sec-Fetch-Site", "cross-site"),
          read("a bearer where none is asked for changes nothing", YES, bearer("anything")),
          change("a change in JSON", "POST", YES, "Content-Type", "application/json"),
          change("with a charset", "POST", YES, "content-type", "Application/JSON; charset=utf-8"),
          change("a form", "POST", NO, "Content-Type", "application/x-www-form-urlencoded"),
          change("text", "POST", NO, "Content-Type", "text/plain"),
          change("no type", "POST", NO),
          change("another JSON type", "POST", NO, "Content-Type", "application/json-seq"),
          change(
              "two types",
              "POST",
              NO,
              "Content-Type",
              "text/plain",
              "Content-Type",
              "application/json"),
          change("DELETE without a body", "DELETE", YES),
          change("DELETE by a page", "DELETE", NO, "Origin", "https://evil.example"),
          purge("PURGE by the operator", "127.0.0.1", "localhost:4000", YES),
          purge("PURGE that names the site", "127.0.0.1", "shop.example", YES),
          purge("or an allowed host", "127.0.0.1", "www.shop.example:4000", YES),
          purge("with its port", "127.0.0.1", "SHOP.example:8080", YES),
          purge("PURGE that names another site", "127.0.0.1", "evil.example", NO),
          purge("PURGE from elsewhere", "192.0.2.7", "localhost:4000", NO),
          purge("PURGE by --purge-allow", "10.1.2.3", "shop.example", YES),
          purge("whatever Host says", "10.1.2.3", "cache-7.internal", YES),
          purge("by IPv6", "fd00::5", "shop.example", YES),
          purge(
              "a forwarded address is not the peer's",
              "192.0.2.7",
              "shop.example",
              NO,
              "X-Forwarded-For",
              "10.1.2.3"),
          purge(
              "the peer counts, not whom it forwards",
              "10.1.2.3",
              "shop.example",
              YES,
              "X-Forwarded-For",
              "192.0.2.7"),
          purge(
              "a page behind an allowed address",
              "10.1.2.3",
              "evil.example",
              NO,
              "Origin",
              "http://evil.example"),
          purge(
              "a browser behind an allowed address",
              "10.1.2.3",
              "evil.example",
              NO,
              "Sec-Fetch-Site",
              "same-origin"),
          new Row(
              "--purge-allow admits no other change",
              Tokens.NONE,
              Permission.CHANGE,
              "DELETE",
              "10.1.2.3",
              "localhost",
              NO),
          new Row("nor reading", Tokens.NONE, Permission.READ, "GET", "10.1.2.3", "localhost", NO),
          new Row(
              "a purge by POST needs its type from allowed peers, too",
              Tokens.NONE,
              Permission.PURGE,
              "POST",
              "10.1.2.3",
              "localhost",
              NO,
              "Content-Type",
              "text/plain"));

  private static final List<Row> WITH_TOKEN =
      List.of(
          token("the admin token reads", Tokens.ADMIN, Permission.READ, YES, bearer(ADMIN)),
          token("and changes", Tokens.ADMIN, Permission.CHANGE, YES, bearer(ADMIN)),
          token("and purges", Tokens.ADMIN, Permission.PURGE, YES, bearer(ADMIN)),
          token(
              "in any case of the scheme",
              Tokens.ADMIN,
              Permission.READ,
              YES,
              "authorization",
              "BEARER " + ADMIN),
          token(
              "through a proxy",
              Tokens.ADMIN,
              Permission.CHANGE,
              YES,
              "Authorization",
              "Bearer " + ADMIN,
              "Via",
              "1.1 front",
              "X-Forwarded-For",
              "::1"),
          token("a wrong token", Tokens.ADMIN, Permission.READ, WRONG, bearer("wrong")),
          token(
              "a beginning of it",
              Tokens.ADMIN,
              Permission.READ,
              WRONG,
              bearer(ADMIN.substring(0, 20))),
          token("a continuation of it", Tokens.ADMIN, Permission.READ, WRONG, bearer(ADMIN + "0")),
          token("an empty token", Tokens.ADMIN, Permission.READ, WRONG, bearer("")),
          token("no token", Tokens.ADMIN, Permission.READ, NO),
          token(
              "another scheme",
              Tokens.ADMIN,
              Permission.READ,
              NO,
              "Authorization",
              "Basic " + ADMIN),
          token(
              "two Authorization fields",
              Tokens.ADMIN,
              Permission.READ,
              NO,
              "Authorization",
              "Bearer " + ADMIN,
              "Authorization",
              "Bearer " + ADMIN),
          token("the read token reads", Tokens.BOTH, Permission.READ, YES, bearer(READER)),
          token("but changes nothing", Tokens.BOTH, Permission.CHANGE, NO, bearer(READER)),
          token("and purges nothing", Tokens.BOTH, Permission.PURGE, NO, bearer(READER)),
          token("the admin token beside it", Tokens.BOTH, Permission.CHANGE, YES, bearer(ADMIN)),
          token(
              "a read token that is not set", Tokens.ADMIN, Permission.READ, WRONG, bearer(READER)),
          token("health needs none", Tokens.BOTH, Permission.OPEN, YES),
          token("health asks for no right one", Tokens.BOTH, Permission.OPEN, YES, bearer("wrong")),
          local("loopback does not stand in for a token", Tokens.ADMIN, Permission.READ, NO),
          local("nor for the read token", Tokens.READ, Permission.READ, NO),
          local(
              "a read token alone leaves changes to loopback", Tokens.READ, Permission.CHANGE, YES),
          token(
              "and takes them from nobody else",
              Tokens.READ,
              Permission.CHANGE,
              NO,
              bearer(READER)),
          token(
              "a token does not replace the type of a change",
              Tokens.ADMIN,
              Permission.CHANGE,
              "POST",
              NO,
              "Authorization",
              "Bearer " + ADMIN,
              "Content-Type",
              "text/plain"),
          new Row(
              "--purge-allow needs no token beside one",
              Tokens.ADMIN,
              Permission.PURGE,
              "PURGE",
              "10.1.2.3",
              "shop.example",
              YES));

  @TestFactory
  Stream<DynamicTest> withoutATokenTheOperatorOnThisMachineMay() {
    return tests(WITHOUT_TOKEN);
  }

  @TestFactory
  Stream<DynamicTest> withATokenItsBearerMay() {
    return tests(WITH_TOKEN);
  }

  @Test
  void noRefusalTellsAToken() {
    for (Row row : Stream.concat(WITHOUT_TOKEN.stream(), WITH_TOKEN.stream()).toList()) {
      if (decide(row) instanceof Decision.Refused(String detail)) {
        assertThat(detail).doesNotContain(ADMIN).doesNotContain(READER).doesNotContain("evil");
      }
    }
  }

  @Test
  void aShortTokenIsRefusedAndNotShown() {
    assertThatThrownBy(() -> settings(Optional.of("short-secret"), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("16")
        .hasMessageNotContaining("short-secret");
  }

  @Test
  void settingsDoNotShowTheirTokens() {
    assertThat(settings(Optional.of(ADMIN), Optional.of(READER)).toString())
        .doesNotContain(ADMIN)
        .doesNotContain(READER);
  }

  private static Stream<DynamicTest> tests(List<Row> rows) {
    return rows.stream()
        .map(
            row ->
                dynamicTest(
                    row.sentence(), () -> assertThat(word(decide(row))).isEqualTo(row.expected())));
  }

  private static Expected word(Decision decision) {
    return switch (decision) {
      case Decision.Allowed() -> Expected.ALLOWED;
      case Decision.Refused refused -> Expected.REFUSED;
      case Decision.WrongToken() -> Expected.WRONG_TOKEN;
    };
  }

  private static Decision decide(Row row) {
    AdminSettings settings =
        switch (row.tokens()) {
          case NONE -> settings(Optional.empty(), Optional.empty());
          case READ -> settings(Optional.empty(), Optional.of(READER));
          case ADMIN -> settings(Optional.of(ADMIN), Optional.empty());
          case BOTH -> settings(Optional.of(ADMIN), Optional.of(READER));
        };
    RequestHead head =
        new RequestHead(
            row.method(), "http", row.host(), "/cache/stats", row.headers(), HttpVersion.HTTP_1_1);
    return new AdminAccess(settings)
        .decide(row.permission(), new Peer(row.peer(), Peer.Trust.UNTRUSTED), head);
  }

  private static AdminSettings settings(Optional<String> token, Optional<String> readToken) {
    return new AdminSettings(
        "/cache",
        "http",
        Placement.MAIN_PORT,
        token,
        readToken,
        Networks.of(List.of("10.0.0.0/8", "fd00::/8")),
        List.of(Glob.of("*.shop.example")),
        "shop.example:8080");
  }

  private static String[] bearer(String token) {
    return new String[] {"Authorization", "Bearer " + token};
  }

  private static Row read(String sentence, String peer, String host, Expected expected) {
    return new Row(sentence, Tokens.NONE, Permission.READ, "GET", peer, host, expected);
  }

  private static Row read(String sentence, Expected expected, String... fields) {
    return new Row(
        sentence,
        Tokens.NONE,
        Permission.READ,
        "GET",
        "127.0.0.1",
        "localhost:4000",
        expected,
        fields);
  }

  private static Row change(String sentence, String method, Expected expected, String... fields) {
    return new Row(
        sentence,
        Tokens.NONE,
        Permission.CHANGE,
        method,
        "127.0.0.1",
        "localhost:4000",
        expected,
        fields);
  }

  private static Row purge(
      String sentence, String peer, String host, Expected expected, String... fields) {
    return new Row(sentence, Tokens.NONE, Permission.PURGE, "PURGE", peer, host, expected, fields);
  }

  /// From another machine, by the name of the site.
  private static Row token(
      String sentence, Tokens tokens, Permission permission, Expected expected, String... fields) {
    return token(sentence, tokens, permission, "GET", expected, fields);
  }

  private static Row token(
      String sentence,
      Tokens tokens,
      Permission permission,
      String method,
      Expected expected,
      String... fields) {
    return new Row(
        sentence, tokens, permission, method, "192.0.2.7", "shop.example", expected, fields);
  }

  private static Row local(
      String sentence, Tokens tokens, Permission permission, Expected expected) {
    return new Row(sentence, tokens, permission, "GET", "127.0.0.1", "localhost:4000", expected);
  }
}
