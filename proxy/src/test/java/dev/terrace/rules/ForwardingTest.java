package dev.terrace.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.http.Headers;
import dev.terrace.http.HttpVersion;
import dev.terrace.http.RequestHead;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ForwardingTest {
  private static Headers forwarded(Setting setting, RequestHead head, Peer peer) {
    return setting.forwarding.toTarget(setting.admitted(head, peer), peer);
  }

  private static Headers forwarded(String line, String... fields) {
    return forwarded(Setting.of(""), Setting.request(line, fields), Setting.client());
  }

  @Test
  void theTargetSeesEndToEndFieldsAsTheyCameAndTerracesOwnAfterThem() {
    assertThat(
            forwarded(
                "GET https://a/",
                "Accept-Encoding",
                "gzip, br",
                "X-A",
                "1",
                "x-a",
                "2",
                "Content-Length",
                "0",
                "Connection",
                "close"))
        .isEqualTo(
            Headers.of(
                "Accept-Encoding",
                "gzip, br",
                "X-A",
                "1",
                "x-a",
                "2",
                "Via",
                "1.1 terrace-1",
                "CDN-Loop",
                "terrace-1",
                "X-Forwarded-For",
                "192.0.2.1",
                "X-Forwarded-Proto",
                "https"));
  }

  @Test
  void framingIsNeverCopiedAndConnectionCannotNameAwayWhatMatters() {
    Headers headers =
        forwarded(
            "POST http://a/",
            "Transfer-Encoding",
            "chunked",
            "Authorization",
            "Basic x",
            "Cookie",
            "c",
            "Connection",
            "authorization, cookie, host, x-forwarded-for, via, x-hop",
            "X-Hop",
            "1",
            "Expect",
            "100-continue");
    assertThat(Setting.names(headers))
        .containsExactly(
            "Authorization", "Cookie", "Via", "CDN-Loop", "X-Forwarded-For", "X-Forwarded-Proto");
  }

  @Test
  void viaAndCdnLoopAreCarriedOnInOneLine() {
    Headers headers =
        forwarded(
            "GET http://a/", "Via", "1.0 x", "CDN-Loop", "x", "via", "1.1 y", "CDN-Loop", "y; v=1");
    assertThat(headers.all("Via")).containsExactly("1.0 x, 1.1 y, 1.1 terrace-1");
    assertThat(headers.all("CDN-Loop")).containsExactly("x, y; v=1, terrace-1");
  }

  @Test
  void viaNamesTheVersionInWhichTheRequestCame() {
    RequestHead head = new RequestHead("GET", "https", "a", "/", Headers.EMPTY, HttpVersion.HTTP_2);
    assertThat(forwarded(Setting.of(""), head, Setting.client()).all("Via"))
        .containsExactly("2 terrace-1");
  }

  @Test
  void theAddressesThatATrustedProxyTellsAreCarriedOnAndThoseOfOthersAreNot() {
    RequestHead head =
        Setting.request("GET http://a/", "X-Forwarded-For", "10.0.0.1", "X-Forwarded-For", "b");
    assertThat(forwarded(Setting.of(""), head, Setting.trustedProxy()).all("X-Forwarded-For"))
        .containsExactly("10.0.0.1, b, 192.0.2.9");
    assertThat(forwarded(Setting.of(""), head, Setting.client()).all("X-Forwarded-For"))
        .containsExactly("192.0.2.1");
  }

  @Test
  void theClientsHostIsToldWhereItIsForwardedAndNowhereElse() {
    RequestHead head =
        Setting.request(
            "GET http://Shop.example:4000/", "X-Forwarded-Host", "evil", "Forwarded", "host=evil");
    Headers with = forwarded(Setting.of("forward-host"), head, Setting.client());
    assertThat(with.all("X-Forwarded-Host")).containsExactly("shop.example:4000");
    Headers without = forwarded(Setting.of(""), head, Setting.client());
    assertThat(without)
        .noneMatch(field -> field.value().contains("shop") || field.value().contains("evil"));
    Headers trusted = forwarded(Setting.of(""), head, Setting.trustedProxy());
    assertThat(trusted.contains("X-Forwarded-Host")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      textBlock =
          """
          trailers!true
          Trailers!true
          gzip, trailers!true
          gzip!false
          trailersx!false
          """)
  void theClientsWillingnessToTakeTrailersIsPassedOn(String te, boolean passed) {
    assertThat(forwarded("GET http://a/", "TE", te).all("TE").contains("trailers"))
        .isEqualTo(passed);
  }

  @ParameterizedTest
  @CsvSource({"OPTIONS,5,4", "OPTIONS,1,0", "OPTIONS,0,0", "OPTIONS,x,x", "GET,5,5"})
  void maxForwardsCountsTheHopsOfOptions(String method, String came, String goes) {
    assertThat(forwarded(method + " http://a/", "Max-Forwards", came).all("Max-Forwards"))
        .containsExactly(goes);
  }

  @Test
  void anAnswersFieldsOfTheConnectionStayBehind() {
    Headers answer =
        Headers.of(
            "Connection",
            "X-Hop, Set-Cookie, Cache-Control",
            "X-Hop",
            "1",
            "Keep-Alive",
            "x",
            "Transfer-Encoding",
            "chunked",
            "Set-Cookie",
            "a",
            "Cache-Control",
            "no-store",
            "Trailer",
            "X-T",
            "Content-Length",
            "5");
    assertThat(Forwarding.fromTarget(answer))
        .isEqualTo(
            Headers.of(
                "Set-Cookie",
                "a",
                "Cache-Control",
                "no-store",
                "Trailer",
                "X-T",
                "Content-Length",
                "5"));
  }
}
