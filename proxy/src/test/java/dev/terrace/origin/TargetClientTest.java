package dev.terrace.origin;

import static dev.terrace.origin.Asking.answer;
import static dev.terrace.origin.RawTarget.always;
import static dev.terrace.origin.RawTarget.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.terrace.http.Headers;
import dev.terrace.observe.Event;
import dev.terrace.origin.OriginRequest.Retry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetClientTest {
  private static final String[] OK = {"HTTP/1.1 200 OK", "Content-Length: 5", "", "hello"};

  @Test
  void anAnswerIsReadToItsEnd() throws Exception {
    try (RawTarget target = new RawTarget(always(OK));
        Asking asking = new Asking(target.uri())) {
      assertThat(asking.outcome("/a")).isEqualTo("200 hello");
      assertThat(asking.events())
          .singleElement()
          .extracting(event -> ((Event.TargetAsked) event).result())
          .isEqualTo(Event.TargetResult.ANSWERED);
    }
  }

  @Test
  void aConnectionServesOneRequestAfterTheOther() throws Exception {
    try (RawTarget target = new RawTarget(always(OK));
        Asking asking = new Asking(target.uri())) {
      for (int i = 0; i < 20; i++) {
        assertThat(asking.outcome("/" + i)).isEqualTo("200 hello");
      }
      assertThat(target.connections()).hasSize(1);
      assertThat(target.connections().getFirst().heads()).hasSize(20);
    }
  }

  @Test
  void theRequestIsWrittenAsGivenWithOurFramingAlone() throws Exception {
    try (RawTarget target = new RawTarget(always(OK));
        Asking asking = new Asking(target.uri())) {
      Headers headers =
          Headers.of(
              "X-One",
              "1",
              "x-ONE",
              "2",
              "Content-Length",
              "99",
              "Transfer-Encoding",
              "gzip",
              "Connection",
              "X-One",
              "Host",
              "evil.example",
              "Accept",
              "*/*");
      OriginRequest request =
          asking.request(
              "PUT",
              "/p%20q?a=1&b",
              headers,
              Optional.of(Asking.text("body")),
              OptionalLong.of(4),
              Retry.NEVER);
      assertThat(asking.outcome(request)).isEqualTo("200 hello");
      assertThat(target.connections().getFirst().heads().getFirst())
          .isEqualTo(
              lines(
                  "PUT /p%20q?a=1&b HTTP/1.1",
                  "Host: target.example",
                  "X-One: 1",
                  "x-ONE: 2",
                  "Accept: */*",
                  "Content-Length: 4",
                  "",
                  ""));
    }
  }

  @Test
  void aBodyOfUnknownLengthIsChunked() throws Exception {
    RawTarget.Script echo =
        connection -> {
          connection.readHead();
          connection.send(lines("HTTP/1.1 200 OK", "Content-Length: 15", "", ""));
          connection.send(connection.readText(15));
          connection.readUntilClosed();
        };
    try (RawTarget target = new RawTarget(echo);
        Asking asking = new Asking(target.uri())) {
      OriginRequest request =
          asking.request("POST", "/", Optional.of(Asking.text("hello")), OptionalLong.empty());
      assertThat(asking.outcome(request)).isEqualTo("200 5\r\nhello\r\n0\r\n\r\n");
    }
  }

  @Test
  void theHeadHasItsFieldsInOrderWithoutThoseOfTheConnection() throws Exception {
    RawTarget.Script script =
        always(
            "HTTP/1.1 203 Fine",
            "Connection: x-hop",
            "X-Hop: 1",
            "Set-Cookie: a",
            "set-cookie: b",
            "Keep-Alive: timeout=9",
            "Transfer-Encoding: chunked",
            "",
            "3",
            "abc",
            "0",
            "X-T: t",
            "",
            "");
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri())) {
      OriginResult.Answer answer = answer(asking.ask("/"));
      assertThat(answer.head().status()).isEqualTo(203);
      assertThat(answer.head().headers())
          .isEqualTo(Headers.of("Set-Cookie", "a", "set-cookie", "b"));
      assertThat(answer.bodyBytes()).isEmpty();
      assertThat(answer.body().read().remaining()).isEqualTo(3);
      assertThat(answer.body().trailers()).isEqualTo(Headers.EMPTY);
      assertThat(answer.body().read().remaining()).isZero();
      assertThat(answer.body().trailers()).isEqualTo(Headers.of("X-T", "t"));
    }
  }

  @Test
  void requestsWithBodiesReuseTheirConnection() throws Exception {
    RawTarget.Script script =
        connection -> {
          while (!connection.readHead().isEmpty()) {
            connection.readText(4);
            connection.send(lines(OK));
          }
        };
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri())) {
      for (int i = 0; i < 50; i++) {
        OriginRequest post =
            asking.request("POST", "/", Optional.of(Asking.text("body")), OptionalLong.of(4));
        assertThat(asking.outcome(post)).isEqualTo("200 hello");
      }
      assertThat(target.connections()).hasSize(1);
    }
  }

  @Test
  void interimAnswersAreToldButContinueIsNot() throws Exception {
    String[] interims = {
      "HTTP/1.1 100 Continue", "", "HTTP/1.1 102 -", "", "HTTP/1.1 103 -", "", lines(OK)
    };
    try (RawTarget target = new RawTarget(always(interims));
        Asking asking = new Asking(target.uri())) {
      assertThat(asking.outcome("/")).isEqualTo("200 hello");
      await().until(() -> asking.interims().equals(List.of(102, 103)));
    }
  }

  @Test
  void aMissingBodyIsStatedWhereOneIsExpected() throws Exception {
    try (RawTarget target = new RawTarget(always(OK));
        Asking asking = new Asking(target.uri())) {
      for (String method : new String[] {"POST", "PUT", "PATCH", "DELETE", "GET"}) {
        OriginRequest request = asking.request(method, "/", Optional.empty(), OptionalLong.empty());
        assertThat(asking.outcome(request)).isEqualTo("200 hello");
      }
      assertThat(target.connections().getFirst().heads())
          .extracting(head -> head.contains("Content-Length: 0"))
          .containsExactly(true, true, true, false, false);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/a b", "/a\r\nX: 1", "/\u00e9", "", "a", "http://target.example/", "/a\0"})
  void aTargetThatWouldBreakTheRequestLineIsABug(String requestTarget) throws Exception {
    try (RawTarget target = new RawTarget(always(OK));
        Asking asking = new Asking(target.uri())) {
      assertThatThrownBy(() -> asking.client().ask(asking.get(requestTarget)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(target.connections()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"X-A,'a\r\nX-B: b'", "'X A',b", "'X-A:',b", "'',b"})
  void aFieldThatWouldBreakTheHeadIsABugAndCostsNoConnection(String name, String value)
      throws Exception {
    try (RawTarget target = new RawTarget(always(OK));
        Asking asking = new Asking(target.uri(), oneConnection())) {
      Headers fields = Headers.of(name, value);
      OriginRequest request =
          asking.request(
              "GET", "/", fields, Optional.empty(), OptionalLong.empty(), Retry.IDEMPOTENT_ONCE);
      for (int i = 0; i < 5; i++) {
        assertThatThrownBy(() -> asking.client().ask(request))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThat(asking.outcome("/")).isEqualTo("200 hello");
      assertThat(target.connections().stream().mapToInt(c -> c.heads().size()).sum()).isOne();
    }
  }

  private static TargetSettings oneConnection() {
    return Asking.settings(Duration.ofSeconds(9), Duration.ofSeconds(9), 1, 9);
  }

  @Test
  void redirectsAreNotFollowed() throws Exception {
    String[] redirect = {"HTTP/1.1 302 Found", "Location: /other", "Content-Length: 0", "", ""};
    try (RawTarget target = new RawTarget(always(redirect));
        Asking asking = new Asking(target.uri())) {
      assertThat(asking.outcome("/")).isEqualTo("302 ");
      assertThat(target.connections().getFirst().heads()).hasSize(1);
    }
  }

  @Test
  void aCompressedBodyPassesAsItComes() throws Exception {
    String[] packed = {
      "HTTP/1.1 200 OK", "Content-Encoding: gzip", "Content-Length: 5", "", "\u001f\u008b\b\0\0"
    };
    try (RawTarget target = new RawTarget(always(packed));
        Asking asking = new Asking(target.uri())) {
      assertThat(asking.outcome("/")).isEqualTo("200 \u001f\u008b\b\0\0");
      assertThat(target.connections().getFirst().heads().getFirst())
          .doesNotContain("Accept-Encoding");
    }
  }
}
