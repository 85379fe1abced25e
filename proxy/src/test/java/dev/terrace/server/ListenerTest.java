package dev.terrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.flow.Exchange;
import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ListenerTest {
  interface Script {
    void run(Exchange exchange) throws IOException;
  }

  static Consumer<Exchange> script(Script script) {
    return exchange -> {
      try {
        script.run(exchange);
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    };
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  static void answer(Exchange exchange, int status, String body) throws IOException {
    exchange.begin(
        new ResponseHead(status, Headers.of("X-Test", "yes")), OptionalLong.of(body.length()));
    exchange.end(bytes(exchange.request().isHead() ? "" : body), Headers.EMPTY);
  }

  /// Answers with method, target and body of the request.
  static final Consumer<Exchange> ECHO =
      script(
          exchange -> {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            try (BodyReader body = exchange.body()) {
              for (ByteBuffer next = body.read(); next.hasRemaining(); next = body.read()) {
                byte[] copy = new byte[next.remaining()];
                next.get(copy);
                all.writeBytes(copy);
              }
            }
            answer(
                exchange,
                200,
                exchange.request().method()
                    + " "
                    + exchange.request().target()
                    + " "
                    + all.toString(StandardCharsets.ISO_8859_1));
          });

  @Test
  void answersAndKeepsTheConnection() throws Exception {
    try (TestListener server = TestListener.cleartext(ECHO);
        RawClient client = RawClient.cleartext(server.port())) {
      for (int i = 0; i < 3; i++) {
        client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(client.readHead())
            .startsWith("HTTP/1.1 200 OK\r\n")
            .containsIgnoringCase("content-length: 7\r\n")
            .contains("X-Test: yes\r\n");
        assertThat(client.read(7)).isEqualTo("GET /a ");
      }
    }
  }

  @Test
  void readsBodiesOfKnownAndUnknownLength() throws Exception {
    try (TestListener server = TestListener.cleartext(ECHO);
        RawClient client = RawClient.cleartext(server.port())) {
      client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
      client.readHead();
      assertThat(client.read(13)).isEqualTo("POST /a hello");
      client.send(
          RawClient.lines(
              "POST /a HTTP/1.1",
              "Host: x",
              "Transfer-Encoding: chunked",
              "",
              "3",
              "hel",
              "2",
              "lo",
              "0",
              "",
              ""));
      client.readHead();
      assertThat(client.read(13)).isEqualTo("POST /a hello");
    }
  }

  @Test
  void refusesAndClosesWithoutBotheringTheHandler() throws Exception {
    try (TestListener server =
            TestListener.cleartext(
                _ -> {
                  throw new AssertionError("never asked");
                });
        RawClient client = RawClient.cleartext(server.port())) {
      client.send("GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.readToEnd())
          .startsWith("HTTP/1.1 400 Bad Request\r\n")
          .contains("application/problem+json")
          .doesNotContain("never");
    }
  }

  @Test
  void aHandlerThatThrowsIsAnsweredWith500() throws Exception {
    try (TestListener server =
            TestListener.cleartext(
                _ -> {
                  throw new IllegalStateException("on purpose");
                });
        RawClient client = RawClient.cleartext(server.port())) {
      client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.readHead()).startsWith("HTTP/1.1 500 ");
    }
  }
}
