package dev.terrace.server;

import static dev.terrace.server.ListenerTest.ECHO;
import static dev.terrace.server.ListenerTest.answer;
import static dev.terrace.server.ListenerTest.bytes;
import static dev.terrace.server.ListenerTest.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrace.flow.Exchange;
import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Exchanges over HTTP/1 as a client's socket sees them.
@Timeout(60)
class Http1ExchangeTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

  private static String once(Consumer<Exchange> handler, String request) throws Exception {
    try (TestListener server = TestListener.cleartext(handler);
        RawClient client = RawClient.cleartext(server.port())) {
      return client.send(request).readToEnd();
    }
  }

  @Test
  void anAnswerOfUnknownLengthIsChunkedWithItsTrailers() throws Exception {
    String answer =
        once(
            script(
                exchange -> {
                  exchange.begin(
                      new ResponseHead(200, Headers.of("Trailer", "X-Sum")), OptionalLong.empty());
                  exchange.write(bytes("hello"));
                  exchange.end(bytes(" you"), Headers.of("X-Sum", "9"));
                }),
            RawClient.lines("GET / HTTP/1.1", "Host: x", "Connection: close", "", ""));
    assertThat(answer).containsIgnoringCase("transfer-encoding: chunked\r\n");
    assertThat(answer).endsWith("\r\n0\r\nX-Sum: 9\r\n\r\n").contains("hello");
  }

  @Test
  void anAnswerOfUnknownLengthEndsWithTheConnectionInHttp10() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    try (TestListener server =
            TestListener.cleartext(
                script(
                    exchange -> {
                      exchange.begin(new ResponseHead(200, Headers.EMPTY), OptionalLong.empty());
                      await(seen);
                      exchange.write(bytes("hello"));
                      exchange.end(bytes(" you"), Headers.of("X-Sum", "9"));
                    }));
        RawClient client = RawClient.cleartext(server.port())) {
      client.send(RawClient.lines("GET / HTTP/1.0", "Connection: keep-alive", "", ""));
      assertThat(client.readHead())
          .containsIgnoringCase("connection: close\r\n")
          .doesNotContainIgnoringCase("transfer-encoding")
          .doesNotContainIgnoringCase("content-length");
      seen.countDown();
      assertThat(client.readToEnd()).isEqualTo("hello you");
    }
  }

  @Test
  void http10KeepsTheConnectionWhereItAsksToAndTheLengthIsKnown() throws Exception {
    try (TestListener server = TestListener.cleartext(ECHO);
        RawClient client = RawClient.cleartext(server.port())) {
      for (int i = 0; i < 2; i++) {
        client.send(RawClient.lines("GET / HTTP/1.0", "Connection: keep-alive", "", ""));
        assertThat(client.readHead()).containsIgnoringCase("connection: keep-alive\r\n");
        assertThat(client.read(6)).isEqualTo("GET / ");
      }
    }
  }

  @Test
  void headAnd304KeepTheLengthThatAGetWouldHaveAndSendNoBody() throws Exception {
    for (String method : new String[] {"HEAD", "GET"}) {
      int status = method.equals("HEAD") ? 200 : 304;
      String answer =
          once(
              script(
                  exchange -> {
                    exchange.begin(
                        new ResponseHead(status, Headers.of("Content-Length", "1234")),
                        OptionalLong.empty());
                    exchange.end(bytes(""), Headers.EMPTY);
                  }),
              RawClient.lines(method + " / HTTP/1.1", "Host: x", "Connection: close", "", ""));
      assertThat(answer)
          .startsWith("HTTP/1.1 " + status)
          .containsIgnoringCase("content-length: 1234\r\n")
          .doesNotContainIgnoringCase("transfer-encoding")
          .endsWith("\r\n\r\n");
    }
  }

  @Test
  void noLengthStandsIn204() throws Exception {
    String answer =
        once(
            script(
                exchange -> {
                  exchange.begin(new ResponseHead(204, Headers.EMPTY), OptionalLong.of(0));
                  exchange.end(bytes(""), Headers.EMPTY);
                }),
            RawClient.lines("GET / HTTP/1.1", "Host: x", "Connection: close", "", ""));
    assertThat(answer)
        .startsWith("HTTP/1.1 204 ")
        .doesNotContainIgnoringCase("content-length")
        .doesNotContainIgnoringCase("transfer-encoding")
        .endsWith("\r\n\r\n");
  }

  @Test
  void interimAnswersOfAnyStatusComeBeforeTheFinalOneButNotToHttp10() throws Exception {
    Consumer<Exchange> handler =
        script(
            exchange -> {
              exchange.interim(102, Headers.EMPTY);
              exchange.interim(103, Headers.of("Link", "</a>; rel=preload"));
              exchange.interim(199, Headers.EMPTY);
              answer(exchange, 200, "done");
            });
    String answer =
        once(handler, RawClient.lines("GET / HTTP/1.1", "Host: x", "Connection: close", "", ""));
    assertThat(answer)
        .startsWith(
            RawClient.lines(
                "HTTP/1.1 102 Processing",
                "",
                "HTTP/1.1 103 Early Hints",
                "Link: </a>; rel=preload",
                "",
                "HTTP/1.1 199 Informational (199)",
                "",
                "HTTP/1.1 200 OK"))
        .endsWith("done");
    assertThat(once(handler, RawClient.lines("GET / HTTP/1.0", "", "")))
        .startsWith("HTTP/1.0 200 OK");
  }

  @Test
  void continueIsSentWhenTheBodyIsFirstReadAndNotBefore() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    try (TestListener server =
            TestListener.cleartext(
                exchange -> {
                  await(read);
                  ECHO.accept(exchange);
                });
        RawClient client = RawClient.cleartext(server.port())) {
      client.send(
          RawClient.lines(
              "POST / HTTP/1.1", "Host: x", "Content-Length: 5", "Expect: 100-continue", "", ""));
      assertThat(client.in().available()).isZero();
      read.countDown();
      assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      client.send("hello");
      assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
      assertThat(client.read(12)).isEqualTo("POST / hello");
    }
  }

  @Test
  void aFinalAnswerInsteadOfContinueClosesTheConnection() throws Exception {
    String answer =
        once(
            script(exchange -> answer(exchange, 403, "no")),
            RawClient.lines(
                "POST / HTTP/1.1", "Host: x", "Content-Length: 5", "Expect: 100-continue", "", ""));
    assertThat(answer).startsWith("HTTP/1.1 403 ").endsWith("no");
  }

  @Test
  void aBodyThatNobodyReadsDoesNotHoldUpTheNextRequestWhereItHasArrived() throws Exception {
    try (TestListener server =
            TestListener.cleartext(script(exchange -> answer(exchange, 200, "unread")));
        RawClient client = RawClient.cleartext(server.port())) {
      for (int i = 0; i < 3; i++) {
        client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        assertThat(client.read(6)).isEqualTo("unread");
      }
    }
  }

  @Test
  void whatIsWrittenIsSentAtOnceWhileTheSourcePauses() throws Exception {
    CountDownLatch more = new CountDownLatch(1);
    try (TestListener server =
            TestListener.cleartext(
                script(
                    exchange -> {
                      exchange.begin(
                          new ResponseHead(200, Headers.of("Content-Type", "text/event-stream")),
                          OptionalLong.empty());
                      exchange.write(bytes("data: 1\n\n"));
                      await(more);
                      exchange.write(bytes("data: 2\n\n"));
                      exchange.end(bytes(""), Headers.EMPTY);
                    }));
        RawClient client = RawClient.cleartext(server.port())) {
      client.send(GET);
      client.readHead();
      assertThat(client.read(14)).isEqualTo("9\r\ndata: 1\n\n\r\n");
      more.countDown();
      assertThat(client.read(14)).isEqualTo("9\r\ndata: 2\n\n\r\n");
    }
  }

  @Test
  void theHeadIsSentBeforeTheFirstByteOfALateBody() throws Exception {
    CountDownLatch more = new CountDownLatch(1);
    try (TestListener server =
            TestListener.cleartext(
                script(
                    exchange -> {
                      exchange.begin(new ResponseHead(200, Headers.EMPTY), OptionalLong.of(2));
                      await(more);
                      exchange.end(bytes("ok"), Headers.EMPTY);
                    }));
        RawClient client = RawClient.cleartext(server.port())) {
      assertThat(client.send(GET).readHead()).startsWith("HTTP/1.1 200 ");
      more.countDown();
      assertThat(client.read(2)).isEqualTo("ok");
    }
  }

  @Test
  void aClientThatLeavesInterruptsItsThread() throws Exception {
    CompletableFuture<String> end = new CompletableFuture<>();
    CountDownLatch started = new CountDownLatch(1);
    try (TestListener server =
        TestListener.cleartext(
            exchange -> {
              started.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException interrupted) {
                assertThatThrownBy(
                        () ->
                            exchange.begin(
                                new ResponseHead(200, Headers.EMPTY), OptionalLong.empty()))
                    .isInstanceOf(IOException.class);
                end.complete("interrupted");
              }
              exchange.abort();
            })) {
      try (RawClient client = RawClient.cleartext(server.port())) {
        client.send(GET);
        started.await();
      }
      assertThat(end.get(10, TimeUnit.SECONDS)).isEqualTo("interrupted");
    }
  }

  @Test
  void anAbortedAnswerIsCutOffSoThatItCannotBeTakenForWhole() throws Exception {
    String answer =
        once(
            script(
                exchange -> {
                  exchange.begin(new ResponseHead(200, Headers.EMPTY), OptionalLong.empty());
                  exchange.write(bytes("half"));
                  exchange.abort();
                }),
            GET);
    assertThat(answer).doesNotContain("\r\n0\r\n");
  }

  @Test
  void requestTrailersCanBeReadAfterTheBody() throws Exception {
    String answer =
        once(
            script(
                exchange -> {
                  var body = exchange.body();
                  while (body.read().hasRemaining()) {
                    assertThat(body.trailers()).isEqualTo(Headers.EMPTY);
                  }
                  answer(exchange, 200, body.trailers().firstOr("X-Sum", "none"));
                }),
            RawClient.lines(
                "POST / HTTP/1.1",
                "Host: x",
                "Connection: close",
                "Transfer-Encoding: chunked",
                "",
                "2",
                "ab",
                "0",
                "X-Sum: 17",
                "",
                ""));
    assertThat(answer).endsWith("\r\n\r\n17");
  }

  @Test
  void hundredAndTwentyEightPipelinedRequestsAreAnsweredInOrder() throws Exception {
    try (TestListener server = TestListener.cleartext(ECHO);
        RawClient client = RawClient.cleartext(server.port())) {
      StringBuilder all = new StringBuilder();
      for (int i = 100; i < 228; i++) {
        all.append("POST /").append(i).append(" HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n");
        all.append("b").append(i);
      }
      client.send(all.toString());
      for (int i = 100; i < 228; i++) {
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        assertThat(client.read(14)).isEqualTo("POST /" + i + " b" + i);
      }
    }
  }

  @Test
  void aRequestMayBeSplitAtEveryByte() throws Exception {
    String request =
        RawClient.lines(
            "",
            "POST /a HTTP/1.1",
            "Host: x",
            "Transfer-Encoding: chunked",
            "",
            "3;x=\"y\"",
            "abc",
            "0",
            "T: u",
            "",
            "");
    try (TestListener server = TestListener.cleartext(ECHO);
        RawClient client = RawClient.cleartext(server.port())) {
      for (int cut = 1; cut < request.length(); cut++) {
        client.send(request.substring(0, cut));
        client.send(request.substring(cut));
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        assertThat(client.read(11)).isEqualTo("POST /a abc");
      }
    }
  }

  @Test
  void requestsMayBeSplitAnywhereAndManyTimes() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (TestListener server = TestListener.cleartext(ECHO);
        RawClient client = RawClient.cleartext(server.port())) {
      for (int round = 0; round < 200; round++) {
        String all =
            "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
                + "GET /b HTTP/1.1\r\nHost: x\r\n\r\n";
        for (int from = 0; from < all.length(); ) {
          int to = Math.min(all.length(), from + 1 + random.nextInt(30));
          client.send(all.substring(from, to));
          from = to;
        }
        assertThat(client.readHead()).as("seed %d", seed).startsWith("HTTP/1.1 200 ");
        assertThat(client.read(11)).as("seed %d", seed).isEqualTo("POST /a abc");
        assertThat(client.readHead()).as("seed %d", seed).startsWith("HTTP/1.1 200 ");
        assertThat(client.read(7)).as("seed %d", seed).isEqualTo("GET /b ");
      }
    }
  }

  static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
