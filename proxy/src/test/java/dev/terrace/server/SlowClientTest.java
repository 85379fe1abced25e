package dev.terrace.server;

import static dev.terrace.server.ListenerTest.ECHO;
import static dev.terrace.server.ListenerTest.answer;
import static dev.terrace.server.ListenerTest.bytes;
import static dev.terrace.server.ListenerTest.script;
import static dev.terrace.server.TestLimits.FAIR;
import static dev.terrace.server.TestLimits.LONG;
import static dev.terrace.server.TestLimits.SHORT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.flow.Exchange;
import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Clients that take their time, against deadlines that are short (security.md S5).
@Timeout(60)
class SlowClientTest {
  private static TestListener listener(Limits limits, Consumer<Exchange> handler)
      throws IOException {
    return new TestListener(limits, Optional.empty(), handler, Tunnels.NONE);
  }

  /// Sends until the server has had enough of it.
  private static void trickle(RawClient client, String text, int millis) {
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                for (int i = 0; i < text.length(); i++) {
                  client.send(text.substring(i, i + 1));
                  TimeUnit.MILLISECONDS.sleep(millis);
                }
              } catch (IOException | InterruptedException over) {
                Thread.currentThread().interrupt();
              }
            });
  }

  @Test
  void aHeadThatTricklesIsAnswered408AtItsDeadlineAsAWhole() throws Exception {
    try (TestListener server = listener(TestLimits.of(SHORT, LONG, LONG, LONG), ECHO);
        RawClient client = RawClient.cleartext(server.port())) {
      trickle(client, "GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(1000), 10);
      assertThat(client.readToEnd())
          .startsWith("HTTP/1.1 408 ")
          .contains("application/problem+json");
    }
  }

  @Test
  void soIsAnEmptyLineThatNothingFollowsAndHalfOfOne() throws Exception {
    for (String beginning : new String[] {"\r\n", "\r", "G"}) {
      try (TestListener server = listener(TestLimits.of(SHORT, LONG, LONG, LONG), ECHO);
          RawClient client = RawClient.cleartext(server.port())) {
        client.send(beginning);
        assertThat(client.readToEnd()).startsWith("HTTP/1.1 408 ");
      }
    }
  }

  @Test
  void theSecondHeadOfAConnectionHasADeadlineToo() throws Exception {
    try (TestListener server = listener(TestLimits.of(FAIR, LONG, LONG, LONG), ECHO);
        RawClient client = RawClient.cleartext(server.port())) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /b");
      client.readHead();
      assertThat(client.readToEnd()).startsWith("GET / HTTP/1.1 408 ");
    }
  }

  @Test
  void aHeadThatWaitsBehindASlowAnswerIsNotTheClientsFault() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (TestListener server =
            listener(
                TestLimits.of(FAIR, LONG, LONG, LONG),
                exchange -> {
                  Http1ExchangeTest.await(go);
                  ECHO.accept(exchange);
                });
        RawClient client = RawClient.cleartext(server.port())) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\n");
      // The deadline of the second head passes.
      Awaitility.await().pollDelay(FAIR.plusMillis(500)).until(() -> true);
      client.send("Host: x\r\n\r\n");
      go.countDown();
      assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
      assertThat(client.read(6)).isEqualTo("GET / ");
      assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
      assertThat(client.read(7)).isEqualTo("GET /b ");
    }
  }

  @Test
  void anIdleConnectionIsClosedWithoutAWord() throws Exception {
    try (TestListener server = listener(TestLimits.of(LONG, FAIR, LONG, LONG), ECHO);
        RawClient used = RawClient.cleartext(server.port());
        RawClient fresh = RawClient.cleartext(server.port())) {
      used.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      used.readHead();
      assertThat(used.readToEnd()).isEqualTo("GET / ");
      assertThat(fresh.readToEnd()).isEmpty();
    }
  }

  @Test
  void aBodyThatTricklesIsAnswered408() throws Exception {
    try (TestListener server =
            listener(
                TestLimits.of(LONG, LONG, SHORT, LONG),
                exchange -> {
                  try (var body = exchange.body()) {
                    while (body.read().hasRemaining()) {
                      // Its end never comes.
                    }
                  } catch (IOException slow) {
                    exchange.abort();
                  }
                });
        RawClient client = RawClient.cleartext(server.port())) {
      client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
      trickle(client, "a".repeat(1000), 10);
      assertThat(client.readToEnd()).startsWith("HTTP/1.1 408 ");
    }
  }

  @Test
  void aBodyPastTheLimitIsAnswered413WhetherItStatesItsLengthOrNot() throws Exception {
    Consumer<Exchange> handler =
        exchange -> {
          try (var body = exchange.body()) {
            while (body.read().hasRemaining()) {
              // It is the size that matters.
            }
            answer(exchange, 200, "never");
          } catch (IOException tooLarge) {
            exchange.abort();
          }
        };
    for (String framing : new String[] {"Content-Length: 1048577", "Transfer-Encoding: chunked"}) {
      try (TestListener server = listener(TestLimits.of(LONG, LONG, LONG, LONG), handler);
          RawClient client = RawClient.cleartext(server.port())) {
        client.send("POST / HTTP/1.1\r\nHost: x\r\n" + framing + "\r\n\r\n");
        if (framing.startsWith("T")) {
          client.send("100001\r\n" + "a".repeat(1048577));
        }
        assertThat(client.readToEnd()).startsWith("HTTP/1.1 413 ");
      }
    }
  }

  @Test
  void aClientThatReadsNothingIsGivenUpAndHoldsLittle() throws Exception {
    CompletableFuture<Long> written = new CompletableFuture<>();
    try (TestListener server =
            listener(
                TestLimits.of(LONG, LONG, LONG, SHORT),
                exchange -> {
                  long bytes = 0;
                  try {
                    exchange.begin(new ResponseHead(200, Headers.EMPTY), OptionalLong.empty());
                    ByteBuffer piece = ByteBuffer.allocate(64 << 10);
                    while (bytes < 1L << 32) {
                      exchange.write(piece);
                      bytes += piece.remaining();
                    }
                  } catch (IOException gone) {
                    written.complete(bytes);
                  }
                  exchange.abort();
                });
        RawClient client = RawClient.cleartext(server.port())) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      // What the kernel's buffers take comes on top of ours.
      assertThat(written.get(30, TimeUnit.SECONDS)).isLessThan(32L << 20);
      Awaitility.await().until(() -> server.listener().connections() == 0);
    }
  }

  @Test
  void aClientThatReadsNothingOfTheLastBytesIsGivenUp() throws Exception {
    byte[] large = new byte[8 << 20];
    try (TestListener server =
            listener(
                TestLimits.of(LONG, LONG, LONG, SHORT),
                script(
                    exchange -> {
                      exchange.begin(
                          new ResponseHead(200, Headers.EMPTY), OptionalLong.of(large.length));
                      exchange.end(ByteBuffer.wrap(large), Headers.EMPTY);
                    }));
        RawClient client = RawClient.cleartext(server.port())) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> server.listener().connections() == 0);
    }
  }

  @Test
  void connectionsPastTheLimitAreClosed() throws Exception {
    try (TestListener server = listener(TestLimits.of(2, 10), ECHO);
        RawClient first = RawClient.cleartext(server.port())) {
      try (RawClient _ = RawClient.cleartext(server.port())) {
        Awaitility.await().until(() -> server.listener().connections() == 2);
        try (RawClient third = RawClient.cleartext(server.port())) {
          assertThat(third.readToEnd()).isEmpty();
        }
        first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(first.readHead()).startsWith("HTTP/1.1 200 ");
      }
      Awaitility.await().until(() -> server.listener().connections() == 1);
      try (RawClient fourth = RawClient.cleartext(server.port())) {
        assertThat(fourth.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").readHead()).contains(" 200 ");
      }
    }
  }

  @Test
  void requestsPastTheLimitAreAnswered503() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Limits one = TestLimits.of(10, 1);
    try (TestListener server =
            listener(
                one,
                script(
                    exchange -> {
                      Http1ExchangeTest.await(go);
                      exchange.begin(new ResponseHead(200, Headers.EMPTY), OptionalLong.of(2));
                      exchange.end(bytes("ok"), Headers.EMPTY);
                    }));
        RawClient first = RawClient.cleartext(server.port());
        RawClient second = RawClient.cleartext(server.port())) {
      first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      Awaitility.await().until(() -> server.listener().requestsInWork() == 1);
      second.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(second.readToEnd())
          .startsWith("HTTP/1.1 503 ")
          .contains("error=connection_limit_reached");
      go.countDown();
      assertThat(first.readHead()).startsWith("HTTP/1.1 200 ");
    }
  }
}
