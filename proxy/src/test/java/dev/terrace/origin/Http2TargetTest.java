package dev.terrace.origin;

import static dev.terrace.origin.Asking.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// HTTP/2 where TLS negotiates it; the target is Vert.x's own server.
class Http2TargetTest {
  private static final long LARGE = 64L << 20;

  @TempDir private static Path directory;

  private static Vertx vertx;
  private static TestCertificate certificate;

  @BeforeAll
  static void start() throws Exception {
    certificate = TestCertificate.create(directory, "ip:127.0.0.1");
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  /// A target, its client, and the connections that were opened.
  private static final class Pair implements AutoCloseable {
    final AtomicInteger connections = new AtomicInteger();
    final HttpServer server;
    final Asking asking;

    Pair(Handler<HttpServerRequest> handler) throws Exception {
      HttpServerOptions options =
          new HttpServerOptions()
              .setSsl(true)
              .setUseAlpn(true)
              .setKeyCertOptions(
                  new PfxOptions()
                      .setPath(certificate.keys().toString())
                      .setPassword(TestCertificate.PASSWORD));
      server =
          vertx
              .createHttpServer(options)
              .connectionHandler(connection -> connections.incrementAndGet())
              .requestHandler(handler)
              .listen(0, "127.0.0.1")
              .await(20, TimeUnit.SECONDS);
      URI uri = URI.create("https://127.0.0.1:" + server.actualPort());
      asking = new Asking(uri, Asking.quick().trusting(certificate.pem()));
    }

    @Override
    public void close() throws TimeoutException {
      asking.close();
      server.close().await(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void requestsShareOneConnection() throws Exception {
    List<String> seen = new ArrayList<>();
    try (Pair pair =
        new Pair(
            request -> {
              seen.add(request.version() + " " + request.authority() + " " + request.uri());
              request.response().putHeader("X-A", "1").end("hello");
            })) {
      for (int i = 0; i < 20; i++) {
        assertThat(pair.asking.outcome("/" + i)).isEqualTo("200 hello");
      }
      assertThat(pair.connections).hasValue(1);
      assertThat(seen).hasSize(20).contains(HttpVersion.HTTP_2 + " target.example /7");
    }
  }

  @Test
  void theHeadComesWithoutPseudoFields() throws Exception {
    try (Pair pair =
        new Pair(
            request -> {
              request.response().setStatusCode(203).putTrailer("x-t", "t");
              request.response().putHeader("x-a", "1").end("hello");
            })) {
      OriginResult.Answer answer = answer(pair.asking.ask("/"));
      assertThat(answer.head().status()).isEqualTo(203);
      assertThat(answer.head().headers().without("content-length"))
          .isEqualTo(Headers.of("x-a", "1"));
      try (BodyReader body = answer.body()) {
        assertThat(body.read().remaining()).isEqualTo(5);
        assertThat(body.read().hasRemaining()).isFalse();
        assertThat(body.trailers()).isEqualTo(Headers.of("x-t", "t"));
      }
    }
  }

  @Test
  void anEarlyHintIsToldBeforeTheAnswer() throws Exception {
    try (Pair pair =
        new Pair(
            request -> {
              var hints = io.vertx.core.MultiMap.caseInsensitiveMultiMap().add("link", "</a>");
              request
                  .response()
                  .writeEarlyHints(hints)
                  .onComplete(written -> request.response().end("hello"));
            })) {
      assertThat(pair.asking.outcome("/")).isEqualTo("200 hello");
      await().until(() -> pair.asking.interims().equals(List.of(103)));
    }
  }

  @Test
  void aResetBeforeTheHeadIsUnreachable() throws Exception {
    try (Pair pair = new Pair(request -> request.response().reset(2))) {
      assertThat(pair.asking.outcome("/")).isEqualTo("UNREACHABLE: the stream was reset");
    }
  }

  @Test
  void aResetWithinTheBodyBreaksItOff() throws Exception {
    try (Pair pair =
        new Pair(
            request -> {
              request.response().setChunked(true);
              request.response().write("hello").onComplete(written -> request.response().reset(2));
            })) {
      assertThat(pair.asking.outcome("/"))
          .isEqualTo("200 hello then the target's answer broke off");
    }
  }

  @Test
  void closingABodyResetsItsStreamAlone() throws Exception {
    CompletableFuture<Void> reset = new CompletableFuture<>();
    try (Pair pair =
        new Pair(
            request -> {
              if (request.uri().equals("/endless")) {
                request.response().exceptionHandler(failure -> reset.complete(null));
                request.response().setChunked(true).write("hello");
              } else {
                request.response().end("fine");
              }
            })) {
      BodyReader body = answer(pair.asking.ask("/endless")).body();
      body.read();
      body.close();
      reset.get(20, TimeUnit.SECONDS);
      assertThatThrownBy(body::read).isInstanceOf(IOException.class);
      assertThat(pair.asking.outcome("/")).isEqualTo("200 fine");
      assertThat(pair.connections).hasValue(1);
    }
  }

  @Test
  void manyBodiesThatNobodyReadsHoldUpNoOther() throws Exception {
    // Together less than the connection's window: Vert.x's server stops at more.
    Buffer large = Buffer.buffer(new byte[1 << 20]);
    try (Pair pair =
        new Pair(
            request ->
                request
                    .response()
                    .end(request.uri().equals("/large") ? large : Buffer.buffer("fine")))) {
      List<BodyReader> unread = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        unread.add(answer(pair.asking.ask("/large")).body());
      }
      assertThat(pair.asking.outcome("/small")).isEqualTo("200 fine");
      assertThat(pair.connections).hasValue(1);
      unread.forEach(BodyReader::close);
    }
  }

  @Test
  void aLargeBodyPassesEitherWay() throws Exception {
    try (Pair pair =
        new Pair(
            request -> {
              request.response().setChunked(true);
              request.pipeTo(request.response());
            })) {
      Zeros zeros = new Zeros(LARGE);
      OriginRequest echo =
          pair.asking.request("POST", "/", Optional.of(zeros), OptionalLong.empty());
      OriginResult.Answer answer = answer(pair.asking.ask(echo));
      AtomicLong read = new AtomicLong();
      Asking.onVirtualThread(
          () -> {
            for (ByteBuffer next = answer.body().read();
                next.hasRemaining();
                next = answer.body().read()) {
              read.addAndGet(next.remaining());
              assertThat(zeros.taken() - read.get()).isLessThan(16L << 20);
            }
            return null;
          });
      assertThat(read).hasValue(LARGE);
    }
  }

  @Test
  void aRequestThatBreaksOffResetsItsStream() throws Exception {
    CompletableFuture<Throwable> broken = new CompletableFuture<>();
    try (Pair pair =
        new Pair(
            request -> {
              request.exceptionHandler(broken::complete);
              request.endHandler(end -> broken.completeExceptionally(new IOException("ended")));
              request.resume();
            })) {
      Late late = new Late();
      late.give("abc");
      late.give(Late.BREAK);
      OriginRequest request =
          pair.asking.request("POST", "/", Optional.of(late), OptionalLong.empty());
      assertThat(pair.asking.outcome(request)).startsWith("REQUEST_BROKEN");
      assertThat(broken.get(20, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  void aConnectionThatGoesAwayIsReplaced() throws Exception {
    try (Pair pair =
        new Pair(
            request -> {
              request.response().end("hello");
              request.connection().shutdown(1, TimeUnit.MILLISECONDS);
            })) {
      assertThat(pair.asking.outcome("/")).isEqualTo("200 hello");
      await().until(() -> pair.asking.outcome("/").equals("200 hello"));
      assertThat(pair.connections).hasValueGreaterThan(1);
    }
  }
}
