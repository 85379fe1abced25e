package dev.terrace.server;

import static dev.terrace.server.Http2ExchangeTest.GET;
import static dev.terrace.server.Http2ExchangeTest.with;
import static dev.terrace.server.ListenerTest.ECHO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.flow.Exchange;
import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Frames of HTTP/2 that are wrong, too many, too small or too slow (RFC 9113, security.md S7).
@Timeout(120)
class Http2FrameTest {
  private static final byte[] NONE = {};
  private static final long NO_ERROR = 0;
  private static final long PROTOCOL_ERROR = 1;
  private static final long ENHANCE_YOUR_CALM = 11;

  private static final String[] POST = {
    ":method", "POST", ":scheme", "https", ":path", "/", ":authority", "x"
  };

  private interface Sender {
    void send(Http2Client client) throws IOException;
  }

  /// Sends, and expects the connection to be closed with this error.
  private static void closes(long error, Sender sender) throws Exception {
    try (TestListener server = Http2ExchangeTest.tls(ECHO);
        Http2Client client = Http2Client.open(server.port())) {
      try {
        sender.send(client);
      } catch (IOException closedAlready) {
        // Before everything was sent: all the better.
        assertThat(closedAlready).isNotNull();
      }
      Http2Client.Outcome outcome = client.outcome(Integer.MAX_VALUE);
      assertThat(outcome.connectionClosed()).isTrue();
      assertThat(outcome.error()).isIn(error, -1L);
      try (Http2Client next = Http2Client.open(server.port())) {
        assertThat(next.get(1, GET).outcome(1).status()).isEqualTo(200);
      }
    }
  }

  private static byte[] many(byte[] frame, int times) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < times; i++) {
      all.writeBytes(frame);
    }
    return all.toByteArray();
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return Http2Client.bytes(type, flags, stream, payload);
  }

  @Test
  void fiftyThousandPingsCloseTheConnection() throws Exception {
    byte[] ping = frame(Http2Client.PING, 0, 0, new byte[8]);
    closes(ENHANCE_YOUR_CALM, client -> client.raw(many(ping, 50_000)));
  }

  @Test
  void soDoFiftyThousandPingsThatAnswerNothing() throws Exception {
    byte[] ping = frame(Http2Client.PING, Http2Client.ACK, 0, new byte[8]);
    closes(ENHANCE_YOUR_CALM, client -> client.raw(many(ping, 50_000)));
  }

  @Test
  void soDoFiftyThousandSettings() throws Exception {
    byte[] settings = frame(Http2Client.SETTINGS, 0, 0, NONE);
    closes(ENHANCE_YOUR_CALM, client -> client.raw(many(settings, 50_000)));
  }

  @Test
  void soDoFiftyThousandPriorities() throws Exception {
    byte[] priority = frame(Http2Client.PRIORITY, 0, 1, new byte[] {0, 0, 0, 0, 1});
    closes(ENHANCE_YOUR_CALM, client -> client.raw(many(priority, 50_000)));
  }

  @Test
  void aThousandPingsInTheWindowAreNoFlood() throws Exception {
    byte[] ping = frame(Http2Client.PING, 0, 0, new byte[8]);
    try (TestListener server = Http2ExchangeTest.tls(ECHO);
        Http2Client client = Http2Client.open(server.port())) {
      client.raw(many(ping, 900));
      assertThat(client.get(1, GET).outcome(1).status()).isEqualTo(200);
    }
  }

  @Test
  void rapidResetClosesTheConnection() throws Exception {
    closes(
        ENHANCE_YOUR_CALM,
        client -> {
          ByteArrayOutputStream all = new ByteArrayOutputStream();
          for (int stream = 1; stream < 4_000; stream += 2) {
            all.writeBytes(
                frame(
                    Http2Client.HEADERS,
                    Http2Client.END_HEADERS | Http2Client.END_STREAM,
                    stream,
                    Http2Client.block(GET)));
            all.writeBytes(frame(Http2Client.RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8}));
          }
          client.raw(all.toByteArray());
        });
  }

  @Test
  void streamErrorsByTheThousandCloseTheConnection() throws Exception {
    closes(
        ENHANCE_YOUR_CALM,
        client -> {
          ByteArrayOutputStream all = new ByteArrayOutputStream();
          for (int stream = 1; stream < 4_000; stream += 2) {
            all.writeBytes(
                frame(
                    Http2Client.HEADERS,
                    Http2Client.END_HEADERS | Http2Client.END_STREAM,
                    stream,
                    Http2Client.block(with(GET, "Upper", "1"))));
          }
          client.raw(all.toByteArray());
        });
  }

  @Test
  void emptyContinuationsCloseTheConnection() throws Exception {
    closes(
        ENHANCE_YOUR_CALM,
        client -> {
          client.frame(Http2Client.HEADERS, Http2Client.END_STREAM, 1, Http2Client.block(GET));
          client.raw(many(frame(Http2Client.CONTINUATION, 0, 1, NONE), 50_000));
        });
  }

  @Test
  void continuationsThatFillTheHeadCloseTheConnection() throws Exception {
    byte[] field = Http2Client.block("x-a", "a".repeat(8_000));
    closes(
        PROTOCOL_ERROR,
        client -> {
          client.frame(Http2Client.HEADERS, Http2Client.END_STREAM, 1, Http2Client.block(GET));
          client.raw(many(frame(Http2Client.CONTINUATION, 0, 1, field), 1_000));
        });
  }

  @Test
  void emptyDataFramesCloseTheConnection() throws Exception {
    closes(
        ENHANCE_YOUR_CALM,
        client -> {
          client.frame(Http2Client.HEADERS, Http2Client.END_HEADERS, 1, Http2Client.block(POST));
          client.raw(many(frame(Http2Client.DATA, 0, 1, NONE), 50_000));
        });
  }

  @Test
  void framesThatBreakTheConnectionsRulesCloseIt() throws Exception {
    byte[] head = Http2Client.block(GET);
    int whole = Http2Client.END_HEADERS | Http2Client.END_STREAM;
    closes(1, client -> client.frame(Http2Client.HEADERS, whole, 2, head));
    closes(1, client -> client.frame(Http2Client.HEADERS, whole, 0, head));
    closes(1, client -> client.frame(Http2Client.DATA, 0, 0, new byte[1]));
    closes(1, client -> client.frame(Http2Client.DATA, 0, 1, new byte[1]));
    closes(1, client -> client.frame(Http2Client.CONTINUATION, 4, 1, head));
    byte[] promise = {0, 0, 0, 2, (byte) 0x82};
    closes(1, client -> client.frame(Http2Client.PUSH_PROMISE, 4, 1, promise));
    closes(6, client -> client.frame(Http2Client.PING, 0, 0, new byte[7]));
    closes(1, client -> client.frame(Http2Client.PING, 0, 1, new byte[8]));
    closes(6, client -> client.frame(Http2Client.SETTINGS, 0, 0, new byte[5]));
    closes(1, client -> client.frame(Http2Client.SETTINGS, 0, 1, new byte[6]));
    closes(6, client -> client.frame(Http2Client.SETTINGS, Http2Client.ACK, 0, new byte[6]));
    closes(1, client -> client.frame(Http2Client.WINDOW_UPDATE, 0, 0, new byte[4]));
    closes(6, client -> client.frame(Http2Client.DATA, 0, 1, new byte[20_000]));
    closes(9, client -> client.frame(Http2Client.HEADERS, whole, 1, new byte[] {(byte) 0xff, 127}));
    closes(
        1,
        client -> {
          client.frame(Http2Client.HEADERS, Http2Client.END_STREAM, 1, head);
          client.frame(Http2Client.PING, 0, 0, new byte[8]);
        });
    byte[] most = {0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff};
    closes(3, client -> client.frame(Http2Client.WINDOW_UPDATE, 0, 0, most));
  }

  @Test
  void aHeadPastItsLimitIsRefusedWithoutHarmToTheConnection() throws Exception {
    try (TestListener server = Http2ExchangeTest.tls(ECHO);
        Http2Client client = Http2Client.open(server.port())) {
      String[] fields = new String[GET.length + 2 * 101];
      System.arraycopy(GET, 0, fields, 0, GET.length);
      for (int i = 0; i < 101; i++) {
        fields[GET.length + 2 * i] = "x-" + i;
        fields[GET.length + 2 * i + 1] = "1";
      }
      assertThat(client.get(1, fields).outcome(1).status()).isEqualTo(431);
      client.get(3, with(GET, ":path", "/" + "a".repeat(9_000)));
      assertThat(client.outcome(3).error()).isEqualTo(1);
      client.get(
          5,
          ":method",
          "GET",
          ":scheme",
          "https",
          ":authority",
          "x",
          ":path",
          "/" + "a".repeat(9_000));
      assertThat(client.outcome(5).status()).isEqualTo(414);
      assertThat(client.get(7, GET).outcome(7).status()).isEqualTo(200);
    }
  }

  @Test
  void aBodyOtherThanItsLengthNeverEnds() throws Exception {
    AtomicInteger whole = new AtomicInteger();
    Consumer<Exchange> handler =
        exchange -> {
          try (var body = exchange.body()) {
            while (body.read().hasRemaining()) {
              // Only its end matters.
            }
            whole.incrementAndGet();
          } catch (IOException broken) {
            exchange.abort();
          }
        };
    try (TestListener server = Http2ExchangeTest.tls(handler);
        Http2Client client = Http2Client.open(server.port())) {
      int stream = 1;
      for (int sent : new int[] {3, 7}) {
        client.frame(
            Http2Client.HEADERS,
            Http2Client.END_HEADERS,
            stream,
            Http2Client.block(with(POST, "content-length", "5")));
        client.frame(Http2Client.DATA, Http2Client.END_STREAM, stream, new byte[sent]);
        assertThat(client.outcome(stream).error()).isEqualTo(1);
        stream += 2;
      }
      assertThat(whole).hasValue(0);
    }
  }

  /// Netty makes one of them before anyone can see both; RFC 9110 §8.6 allows that.
  @Test
  void twoEqualContentLengthsAreOneAndTwoThatDifferAreRefused() throws Exception {
    try (TestListener server = Http2ExchangeTest.tls(ECHO);
        Http2Client client = Http2Client.open(server.port())) {
      String[] equal = with(POST, "content-length", "2", "content-length", "2");
      client.frame(Http2Client.HEADERS, Http2Client.END_HEADERS, 1, Http2Client.block(equal));
      client.frame(Http2Client.DATA, Http2Client.END_STREAM, 1, new byte[] {'a', 'b'});
      assertThat(client.outcome(1).body()).isEqualTo("POST / ab");
      String[] other = with(POST, "content-length", "2", "content-length", "3");
      client.frame(Http2Client.HEADERS, Http2Client.END_HEADERS, 3, Http2Client.block(other));
      client.frame(Http2Client.DATA, Http2Client.END_STREAM, 3, new byte[] {'a', 'b'});
      assertThat(client.outcome(3).error()).isEqualTo(1);
    }
  }

  @Test
  void aRefusedRequestWithABodyHarmsNoOtherStream() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (TestListener server =
            Http2ExchangeTest.tls(
                exchange -> {
                  asked.incrementAndGet();
                  ECHO.accept(exchange);
                });
        Http2Client client = Http2Client.open(server.port())) {
      for (int stream = 1; stream < 60; stream += 2) {
        byte[] block = Http2Client.block(with(POST, "expect", "nothing"));
        client.frame(Http2Client.HEADERS, Http2Client.END_HEADERS, stream, block);
        client.frame(Http2Client.DATA, 0, stream, new byte[16_000]);
        client.frame(Http2Client.DATA, Http2Client.END_STREAM, stream, new byte[16_000]);
      }
      assertThat(client.outcome(59).status()).isEqualTo(417);
      assertThat(client.get(61, GET).outcome(61).status()).isEqualTo(200);
      assertThat(asked).hasValue(1);
    }
  }

  @Test
  void aClientThatShutsItsWindowIsGivenUpAndHoldsLittle() throws Exception {
    CompletableFuture<Long> written = new CompletableFuture<>();
    Consumer<Exchange> endless =
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
        };
    try (TestListener server =
            new TestListener(
                TestLimits.of(
                    TestLimits.LONG, TestLimits.LONG, TestLimits.LONG, Duration.ofMillis(300)),
                Optional.of(TestCertificate.shared()),
                endless,
                Tunnels.NONE);
        Http2Client client = Http2Client.open(server.port())) {
      // SETTINGS_INITIAL_WINDOW_SIZE of nothing.
      client.frame(Http2Client.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0});
      client.get(1, GET);
      assertThat(written.get(30, TimeUnit.SECONDS)).isLessThan(1L << 20);
      assertThat(client.outcome(1).error()).isEqualTo(8);
    }
  }

  @Test
  void evenTheLastBytesDoNotWaitForeverForAWindow() throws Exception {
    try (TestListener server =
            new TestListener(
                TestLimits.of(
                    TestLimits.LONG, TestLimits.LONG, TestLimits.LONG, Duration.ofMillis(300)),
                Optional.of(TestCertificate.shared()),
                ECHO,
                Tunnels.NONE);
        Http2Client client = Http2Client.open(server.port())) {
      int stream = 1;
      for (byte window : new byte[] {0, 1, 5}) {
        client.frame(Http2Client.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, window});
        client.get(stream, GET);
        assertThat(client.outcome(stream).error()).as("window of %d", window).isEqualTo(8);
        client.get(stream + 2, with(GET, "expect", "nothing"));
        assertThat(client.outcome(stream + 2).error()).as("window of %d", window).isEqualTo(8);
        stream += 4;
      }
    }
  }

  @Test
  void aHeadThatTricklesClosesTheConnection() throws Exception {
    try (TestListener server =
            new TestListener(
                TestLimits.of(TestLimits.FAIR, TestLimits.LONG, TestLimits.LONG, TestLimits.LONG),
                Optional.of(TestCertificate.shared()),
                ECHO,
                Tunnels.NONE);
        Http2Client client = Http2Client.open(server.port())) {
      assertThat(client.get(1, GET).outcome(1).status()).isEqualTo(200);
      byte[] head = frame(Http2Client.HEADERS, 5, 3, Http2Client.block(with(GET, "x", "abcdefgh")));
      // It comes for longer than the deadline, and never whole.
      byte[] most = Arrays.copyOf(head, head.length - 1);
      Thread.ofPlatform().daemon().start(() -> trickle(client, most));
      assertThat(client.outcome(3).connectionClosed()).isTrue();
    }
  }

  private static void trickle(Http2Client client, byte[] bytes) {
    try {
      for (byte next : bytes) {
        client.raw(new byte[] {next});
        TimeUnit.MILLISECONDS.sleep(100);
      }
    } catch (IOException | InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void anIdleConnectionIsToldAndClosed() throws Exception {
    try (TestListener server =
            new TestListener(
                TestLimits.of(TestLimits.LONG, TestLimits.FAIR, TestLimits.LONG, TestLimits.LONG),
                Optional.of(TestCertificate.shared()),
                ECHO,
                Tunnels.NONE);
        Http2Client client = Http2Client.open(server.port())) {
      assertThat(client.get(1, GET).outcome(1).status()).isEqualTo(200);
      Http2Client.Outcome outcome = client.outcome(3);
      assertThat(outcome.connectionClosed()).isTrue();
      assertThat(outcome.error()).isEqualTo(NO_ERROR);
    }
  }

  @Test
  void aConnectionThatNeverSendsItsPrefaceIsClosed() throws Exception {
    try (TestListener server =
            new TestListener(
                TestLimits.of(TestLimits.FAIR, TestLimits.LONG, TestLimits.LONG, TestLimits.LONG),
                Optional.of(TestCertificate.shared()),
                ECHO,
                Tunnels.NONE);
        Http2Client client = Http2Client.connect(server.port())) {
      assertThat(client.outcome(1).connectionClosed()).isTrue();
      Awaitility.await().until(() -> server.listener().connections() == 0);
    }
  }
}
