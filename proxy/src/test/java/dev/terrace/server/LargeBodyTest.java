package dev.terrace.server;

import static dev.terrace.server.ListenerTest.answer;
import static dev.terrace.server.ListenerTest.script;
import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.flow.Exchange;
import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Bodies of 64 MiB both ways in both versions, byte for byte, and never far ahead of their reader.
@Timeout(180)
class LargeBodyTest {
  private static final int PIECE = 64 << 10;
  private static final int PIECES = 1 << 10;
  private static final long WHOLE = (long) PIECE * PIECES;

  /// Bytes that differ from piece to piece.
  private static byte[] piece(int number) {
    byte[] piece = new byte[PIECE];
    for (int i = 0; i < piece.length; i++) {
      piece[i] = (byte) (number * 31 + i * 7 + (i >> 8));
    }
    return piece;
  }

  private static String sum() {
    CRC32C sum = new CRC32C();
    for (int i = 0; i < PIECES; i++) {
      sum.update(piece(i));
    }
    return WHOLE + " " + Long.toHexString(sum.getValue());
  }

  private static final Consumer<Exchange> DOWN =
      script(
          exchange -> {
            OptionalLong length =
                exchange.request().target().equals("/known")
                    ? OptionalLong.of(WHOLE)
                    : OptionalLong.empty();
            exchange.begin(new ResponseHead(200, Headers.EMPTY), length);
            for (int i = 0; i < PIECES - 1; i++) {
              exchange.write(ByteBuffer.wrap(piece(i)));
            }
            exchange.end(ByteBuffer.wrap(piece(PIECES - 1)), Headers.EMPTY);
          });

  private static final Consumer<Exchange> UP =
      script(
          exchange -> {
            CRC32C sum = new CRC32C();
            long bytes = 0;
            try (var body = exchange.body()) {
              for (var next = body.read(); next.hasRemaining(); next = body.read()) {
                bytes += next.remaining();
                sum.update(next);
              }
            }
            answer(exchange, 200, bytes + " " + Long.toHexString(sum.getValue()));
          });

  private static HttpClient client(HttpClient.Version version) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, RawClient.CREDULOUS, null);
    return HttpClient.newBuilder().version(version).sslContext(context).build();
  }

  private static TestListener tls(Consumer<Exchange> handler) throws Exception {
    return new TestListener(
        Limits.DEFAULTS, Optional.of(TestCertificate.shared()), handler, Tunnels.NONE);
  }

  @Test
  void sixtyFourMebibytesComeDownWhole() throws Exception {
    try (TestListener server = tls(DOWN)) {
      for (HttpClient.Version version : HttpClient.Version.values()) {
        for (String target : new String[] {"/known", "/unknown"}) {
          HttpResponse<InputStream> response =
              client(version)
                  .send(
                      HttpRequest.newBuilder(uri(server, target)).build(),
                      HttpResponse.BodyHandlers.ofInputStream());
          assertThat(response.version()).isEqualTo(version);
          assertThat(sum(response.body())).as("%s %s", version, target).isEqualTo(sum());
        }
      }
    }
  }

  private static URI uri(TestListener server, String target) {
    return URI.create("https://localhost:" + server.port() + target);
  }

  private static String sum(InputStream body) throws IOException {
    CRC32C sum = new CRC32C();
    long bytes = 0;
    byte[] buffer = new byte[PIECE];
    for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
      sum.update(buffer, 0, read);
      bytes += read;
    }
    return bytes + " " + Long.toHexString(sum.getValue());
  }

  @Test
  void sixtyFourMebibytesGoUpWhole() throws Exception {
    try (TestListener server = tls(UP)) {
      for (HttpClient.Version version : HttpClient.Version.values()) {
        HttpResponse<String> response =
            client(version)
                .send(
                    HttpRequest.newBuilder(uri(server, "/up"))
                        .POST(HttpRequest.BodyPublishers.ofInputStream(Pieces::new))
                        .build(),
                    HttpResponse.BodyHandlers.ofString());
        assertThat(response.version()).isEqualTo(version);
        assertThat(response.body()).as("%s", version).isEqualTo(sum());
      }
    }
  }

  @Test
  void anUploadThatNobodyReadsIsHeldBackAndThenArrivesWhole() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    AtomicLong sent = new AtomicLong();
    try (TestListener server =
            TestListener.cleartext(
                exchange -> {
                  Http1ExchangeTest.await(read);
                  UP.accept(exchange);
                });
        RawClient client = RawClient.cleartext(server.port())) {
      client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + WHOLE + "\r\n\r\n");
      Thread sender = Thread.ofPlatform().start(() -> send(client, sent));
      AtomicLong before = new AtomicLong(-1);
      Awaitility.await()
          .pollInterval(java.time.Duration.ofMillis(300))
          .until(() -> before.getAndSet(sent.get()) == sent.get());
      // What the kernel's buffers take, and our window.
      assertThat(sent.get()).isLessThan(WHOLE / 4);
      read.countDown();
      assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
      assertThat(client.read(sum().length())).isEqualTo(sum());
      sender.join();
    }
  }

  private static void send(RawClient client, AtomicLong sent) {
    try {
      for (int i = 0; i < PIECES; i++) {
        client.send(piece(i));
        sent.addAndGet(PIECE);
      }
    } catch (IOException broken) {
      throw new java.io.UncheckedIOException(broken);
    }
  }

  /// All pieces one after another.
  private static final class Pieces extends InputStream {
    private byte[] current = {};
    private int number;
    private int at;

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) {
      if (at == current.length) {
        if (number == PIECES) {
          return -1;
        }
        current = piece(number++);
        at = 0;
      }
      int taken = Math.min(length, current.length - at);
      System.arraycopy(current, at, to, offset, taken);
      at += taken;
      return taken;
    }
  }
}
