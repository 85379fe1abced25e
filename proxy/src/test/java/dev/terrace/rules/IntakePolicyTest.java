package dev.terrace.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.http.Headers;
import dev.terrace.http.HttpVersion;
import dev.terrace.http.RequestHead;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IntakePolicyTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      textBlock =
          """
          # settings, request, status
          prefix=/api!GET http://a/api!200
          prefix=/api!GET http://a/api/x!200
          prefix=/api!GET http://a/api?x!200
          prefix=/api!GET http://a/%61pi/x!200
          prefix=/api!GET http://a/x/../api/y!200
          prefix=/api!GET http://a/!404
          prefix=/api!GET http://a/apix!404
          prefix=/api!GET http://a/API/x!404
          prefix=/api!GET http://a/api/../x!404
          prefix=/api!GET http://a/api/%2e%2e/x!404
          prefix=/api!GET http://a//api/x!404
          prefix=/api/v1!GET http://a/api/v1/x!200
          prefix=/api/v1!GET http://a/api/v2!404
          raw prefix=/api!GET http://a/api/../x!404
          raw prefix=/api!GET http://a/%61pi/x!404
          raw prefix=/api!GET http://a/api/%61!200
          x!GET http://a/../x!400
          x!GET http://a/x/%2e%2e/%2e%2e!400
          raw!GET http://a/../x!400
          hosts=a!GET http://a/!200
          hosts=a!GET http://a:4000/!200
          hosts=a!GET http://A/!200
          hosts=A!GET http://a/!200
          hosts=a:4000!GET http://a:4000/!200
          hosts=a:4000!GET http://a/!421
          hosts=a:4000!GET http://a:4001/!421
          hosts=a!GET http://b/!421
          hosts=a!GET http://a.evil/!421
          hosts=*.a!GET http://x.a/!200
          hosts=*.a!GET http://x.a:4000/!200
          hosts=*.a!GET http://a/!421
          hosts=b,*!GET http://c/!200
          hosts=\\[::1\\]!GET http://[::1]:4000/!200
          hosts=\\[::1\\]!GET http://[::2]/!421
          """)
  void aRequestIsAdmittedOrGetsItsStatus(String settings, String line, int status) {
    Admission admission =
        Setting.of(settings).intakePolicy.admit(Setting.request(line), Setting.client());
    assertThat(status(admission)).isEqualTo(status);
  }

  private static int status(Admission admission) {
    return switch (admission) {
      case Admission.Admitted(Intake intake) -> 200;
      case Admission.Rejected(int status, String detail) -> status;
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      textBlock =
          """
          Via!1.1 terrace-1!508
          Via!1.1 x, 2 Terrace-1 (it)!508
          Via!1.1 terrace-1:4000!200
          Via!1.1 terrace-2!200
          Via!1.1 my-terrace-1!200
          Via!1.1 terrace-11!200
          CDN-Loop!terrace-1!508
          CDN-Loop!x, terrace-1; v=1!508
          CDN-Loop!terrace-2!200
          """)
  void aRequestThatPassedHereBeforeIsALoop(String name, String value, int status) {
    RequestHead head = Setting.request("GET http://a/", name, "1.1 other", name, value);
    assertThat(status(Setting.of("").intakePolicy.admit(head, Setting.client()))).isEqualTo(status);
    assertThat(status(Setting.of("").intakePolicy.admit(head, Setting.trustedProxy())))
        .isEqualTo(status);
  }

  @Test
  void connectionCannotHideALoop() {
    RequestHead head =
        Setting.request("GET http://a/", "Connection", "via", "Via", "1.1 terrace-1");
    assertThat(status(Setting.of("").intakePolicy.admit(head, Setting.client()))).isEqualTo(508);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Forwarded-For", "x-forwarded-port", "X-Forwarded-Anything", "Forwarded", "X-Real-IP",
        "X-Original-URL", "X-Rewrite-URL", "X-HOST", "X_Any", "a_b"
      })
  void whatSpeaksForTheClientIsStrippedUnlessATrustedProxySaysIt(String name) {
    Setting setting = Setting.of("");
    RequestHead head = Setting.request("POST http://a/", "Accept", "x", name, "1");
    assertThat(Setting.names(setting.admitted(head, Setting.client()).request().headers()))
        .containsExactly("Accept");
    assertThat(Setting.names(setting.admitted(head, Setting.trustedProxy()).request().headers()))
        .containsExactly("Accept", name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-HTTP-Method-Override", "X-HTTP-Method", "x-method-override"})
  void methodOverridesAreStrippedFromGetAndHeadAlone(String name) {
    for (String method : new String[] {"GET", "HEAD"}) {
      assertThat(Setting.of("").intake(method + " http://a/", name, "PUT").request().headers())
          .isEmpty();
    }
    assertThat(Setting.of("").intake("POST http://a/", name, "PUT").request().headers()).hasSize(1);
  }

  @Test
  void theRequestHasNoFieldOfTheConnectionAndTheReceivedOneHasAll() {
    String[] fields = {
      "Connection",
      "X-Hop, Authorization",
      "X-Hop",
      "1",
      "Authorization",
      "Basic x",
      "Content-Length",
      "5",
      "Expect",
      "100-continue",
      "TE",
      "trailers",
      "Upgrade",
      "x",
      "Keep-Alive",
      "1",
      "Proxy-Authorization",
      "x",
      "X-Forwarded-Host",
      "evil",
      "X-Forwarded-Proto",
      "https",
      "Accept-Encoding",
      "gzip"
    };
    Intake intake = Setting.of("").intake("POST http://a/", fields);
    assertThat(Setting.names(intake.request().headers()))
        .containsExactly("Authorization", "Accept-Encoding");
    assertThat(intake.received().headers()).isEqualTo(Headers.of(fields));
    assertThat(intake.request().scheme()).isEqualTo("http");
  }

  @Test
  void aHostThatATrustedProxyTellsIsJudgedInPlaceOfItsOwn() {
    IntakePolicy policy = Setting.of("forward-host hosts=shop.example").intakePolicy;
    RequestHead told = Setting.request("GET http://internal/", "X-Forwarded-Host", "Shop.example");
    assertThat(status(policy.admit(told, Setting.trustedProxy()))).isEqualTo(200);
    assertThat(status(policy.admit(told, Setting.client()))).isEqualTo(421);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a, b", "a/b", "u@a", "a b", "[::1", "a:99999"})
  void whatIsNoHostIsNotBelievedOfATrustedProxy(String told) {
    RequestHead head = Setting.request("GET http://internal/", "X-Forwarded-Host", told);
    Intake intake = Setting.of("forward-host").admitted(head, Setting.trustedProxy());
    assertThat(intake.forwardedHost()).isEqualTo("internal");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "https, http", "ftp", "httpsx"})
  void whatIsNoSchemeIsNotBelievedOfATrustedProxy(String told) {
    RequestHead head = Setting.request("GET http://a/", "X-Forwarded-Proto", told);
    Intake intake = Setting.of("").admitted(head, Setting.trustedProxy());
    assertThat(intake.request().scheme()).isEqualTo("http");
  }

  @Test
  void aRequestOfHttp10WithoutHostIsForTheTargetsOwn() {
    RequestHead head = new RequestHead("GET", "http", "", "/", Headers.EMPTY, HttpVersion.HTTP_1_0);
    Intake intake = Setting.of("forward-host").admitted(head, Setting.client());
    assertThat(intake.forwardedHost()).isEqualTo("target:8080");
    assertThat(status(Setting.of("hosts=a").intakePolicy.admit(head, Setting.client())))
        .isEqualTo(421);
  }

  @Test
  void theServerAsAWholeIsAskedForWithoutBasePathAndNeverBelowAPrefix() {
    RequestHead head =
        new RequestHead("OPTIONS", "http", "a", "*", Headers.EMPTY, HttpVersion.HTTP_1_1);
    assertThat(Setting.of("base=/v1").admitted(head, Setting.client()).forwardedTarget())
        .isEqualTo("*");
    assertThat(status(Setting.of("prefix=/api").intakePolicy.admit(head, Setting.client())))
        .isEqualTo(404);
  }
}
