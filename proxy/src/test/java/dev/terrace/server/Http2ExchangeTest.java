package dev.terrace.server;

import static dev.terrace.server.ListenerTest.ECHO;
import static dev.terrace.server.ListenerTest.answer;
import static dev.terrace.server.ListenerTest.bytes;
import static dev.terrace.server.ListenerTest.script;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.flow.Exchange;
import dev.terrace.http.Headers;
import dev.terrace.http.HttpVersion;
import dev.terrace.http.ResponseHead;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Exchanges over HTTP/2 as a client's frames show them.
@Timeout(60)
class Http2ExchangeTest {
  static final String[] GET = {
    ":method", "GET", ":scheme", "https", ":path", "/", ":authority", "x"
  };
  private static final String[] POST = {
    ":method", "POST", ":scheme", "https", ":path", "/", ":authority", "x"
  };

  static TestListener tls(Consumer<Exchange> handler) throws Exception {
    return new TestListener(
        Limits.DEFAULTS, Optional.of(TestCertificate.shared()), handler, Tunnels.NONE);
  }

  static String[] with(String[] fields, String... more) {
    List<String> all = new ArrayList<>(List.of(fields));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void answersManyStreamsOfOneConnection() throws Exception {
    try (TestListener server = tls(ECHO);
        Http2Client client = Http2Client.open(server.port())) {
      assertThat(client.protocol()).isEqualTo("h2");
      for (int stream = 1; stream < 100; stream += 2) {
        client.get(stream, GET);
        Http2Client.Outcome outcome = client.outcome(stream);
        assertThat(outcome.status()).isEqualTo(200);
        assertThat(outcome.body()).isEqualTo("GET / ");
      }
    }
  }

  @Test
  void theRequestIsAsItCame() throws Exception {
    CompletableFuture<Exchange> seen = new CompletableFuture<>();
    try (TestListener server =
            tls(
                script(
                    exchange -> {
                      seen.complete(exchange);
                      answer(exchange, 200, "ok");
                    }));
        Http2Client client = Http2Client.open(server.port())) {
      client.get(1, with(GET, "cookie", "a=1", "cookie", "b=2", "x-a", "1"));
      assertThat(client.outcome(1).status()).isEqualTo(200);
      Exchange exchange = seen.get(10, TimeUnit.SECONDS);
      assertThat(exchange.request().version()).isEqualTo(HttpVersion.HTTP_2);
      assertThat(exchange.request().scheme()).isEqualTo("https");
      assertThat(exchange.request().authority()).isEqualTo("x");
      assertThat(exchange.request().headers())
          .isEqualTo(Headers.of("cookie", "a=1; b=2", "x-a", "1"));
      assertThat(exchange.hasBody()).isFalse();
    }
  }

  @Test
  void readsBodiesAndTheirTrailers() throws Exception {
    try (TestListener server =
            tls(
                script(
                    exchange -> {
                      var body = exchange.body();
                      StringBuilder all = new StringBuilder();
                      for (var next = body.read(); next.hasRemaining(); next = body.read()) {
                        all.append(java.nio.charset.StandardCharsets.ISO_8859_1.decode(next));
                      }
                      answer(exchange, 200, all + body.trailers().firstOr("x-sum", ""));
                    }));
        Http2Client client = Http2Client.open(server.port())) {
      client.frame(Http2Client.HEADERS, Http2Client.END_HEADERS, 1, Http2Client.block(POST));
      client.frame(Http2Client.DATA, 0, 1, new byte[0]);
      client.frame(Http2Client.DATA, 0, 1, US_ASCII.encode("hel").array());
      client.frame(Http2Client.DATA, 0, 1, new byte[0]);
      client.frame(Http2Client.DATA, 0, 1, US_ASCII.encode("lo").array());
      client.get(1, "x-sum", "17");
      assertThat(client.outcome(1).body()).isEqualTo("hello17");
    }
  }

  @Test
  void anAnswerUnreadToItsEndResetsTheRequestsRestWithoutError() throws Exception {
    try (TestListener server = tls(script(exchange -> answer(exchange, 403, "no")));
        Http2Client client = Http2Client.open(server.port())) {
      client.frame(Http2Client.HEADERS, Http2Client.END_HEADERS, 1, Http2Client.block(POST));
      Http2Client.Outcome outcome = client.outcome(1);
      assertThat(outcome.status()).isEqualTo(403);
      assertThat(outcome.body()).isEqualTo("no");
      Http2Client.Frame reset = client.next();
      while (reset.type() != Http2Client.RST_STREAM) {
        reset = client.next();
      }
      assertThat(reset.payload().getInt()).isZero();
      client.get(3, GET);
      assertThat(client.outcome(3).status()).isEqualTo(403);
    }
  }

  @Test
  void interimAnswersAndTrailersHaveTheirPlace() throws Exception {
    try (TestListener server =
            tls(
                script(
                    exchange -> {
                      exchange.interim(103, Headers.of("Link", "</a>"));
                      exchange.interim(199, Headers.EMPTY);
                      exchange.begin(new ResponseHead(200, Headers.EMPTY), OptionalLong.empty());
                      exchange.write(bytes("hello"));
                      exchange.end(bytes(""), Headers.of("X-Sum", "5"));
                    }));
        Http2Client client = Http2Client.open(server.port())) {
      client.get(1, GET);
      List<String> heads = new ArrayList<>();
      while (heads.size() < 4) {
        Http2Client.Frame frame = client.next();
        if (frame.type() == Http2Client.HEADERS) {
          Http2Headers head = client.decode(frame);
          heads.add(head.status() == null ? "sum " + head.get("x-sum") : head.status().toString());
        }
      }
      assertThat(heads).containsExactly("103", "199", "200", "sum 5");
    }
  }

  @Test
  void continueIsSentWhenTheBodyIsRead() throws Exception {
    try (TestListener server = tls(ECHO);
        Http2Client client = Http2Client.open(server.port())) {
      client.frame(
          Http2Client.HEADERS,
          Http2Client.END_HEADERS,
          1,
          Http2Client.block(with(POST, "expect", "100-continue")));
      Http2Client.Frame frame = client.next();
      while (frame.type() != Http2Client.HEADERS) {
        frame = client.next();
      }
      assertThat(client.decode(frame).status()).hasToString("100");
      client.frame(Http2Client.DATA, Http2Client.END_STREAM, 1, US_ASCII.encode("hello").array());
      assertThat(client.outcome(1).body()).isEqualTo("POST / hello");
    }
  }

  @Test
  void aResetStreamInterruptsItsThreadAndNoOther() throws Exception {
    CompletableFuture<String> end = new CompletableFuture<>();
    CountDownLatch started = new CountDownLatch(1);
    try (TestListener server =
            tls(
                exchange -> {
                  if (exchange.request().target().equals("/")) {
                    started.countDown();
                    try {
                      new CountDownLatch(1).await();
                    } catch (InterruptedException interrupted) {
                      end.complete("interrupted");
                    }
                    exchange.abort();
                  } else {
                    ECHO.accept(exchange);
                  }
                });
        Http2Client client = Http2Client.open(server.port())) {
      client.get(1, GET);
      started.await();
      client.frame(Http2Client.RST_STREAM, 0, 1, new byte[] {0, 0, 0, 8});
      assertThat(end.get(10, TimeUnit.SECONDS)).isEqualTo("interrupted");
      client.get(3, ":method", "GET", ":scheme", "https", ":path", "/b", ":authority", "x");
      assertThat(client.outcome(3).status()).isEqualTo(200);
    }
  }

  @Test
  void anAbortedAnswerIsReset() throws Exception {
    try (TestListener server =
            tls(
                script(
                    exchange -> {
                      exchange.begin(new ResponseHead(200, Headers.EMPTY), OptionalLong.empty());
                      exchange.write(bytes("half"));
                      exchange.abort();
                    }));
        Http2Client client = Http2Client.open(server.port())) {
      client.get(1, GET);
      Http2Client.Outcome outcome = client.outcome(1);
      assertThat(outcome.error()).isPositive();
      assertThat(outcome.connectionClosed()).isFalse();
    }
  }

  @Test
  void headAnd304And204CarryNoBody() throws Exception {
    for (int status : new int[] {200, 204, 304}) {
      try (TestListener server =
              tls(
                  script(
                      exchange -> {
                        Headers fields =
                            status == 204 ? Headers.EMPTY : Headers.of("Content-Length", "1234");
                        exchange.begin(new ResponseHead(status, fields), OptionalLong.empty());
                        exchange.end(bytes(""), Headers.EMPTY);
                      }));
          Http2Client client = Http2Client.open(server.port())) {
        String method = status == 200 ? "HEAD" : "GET";
        client.get(1, ":method", method, ":scheme", "https", ":path", "/", ":authority", "x");
        Http2Client.Outcome outcome = client.outcome(1);
        assertThat(outcome.status()).isEqualTo(status);
        assertThat(outcome.body()).isEmpty();
      }
    }
  }
}
