package dev.terrace.origin;

import static dev.terrace.origin.Asking.answer;
import static dev.terrace.origin.RawTarget.always;
import static dev.terrace.origin.RawTarget.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import dev.terrace.observe.Event;
import dev.terrace.observe.Event.TargetResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Bodies both ways: whole or broken off, and never more of them in memory than a few buffers.
class BodyTest {
  private static final long LARGE = 64L << 20;

  /// What the sockets' buffers and ours may hold together of a body that is not read.
  private static final long BOUND = 16L << 20;

  @ParameterizedTest
  @CsvSource({"HEAD,200", "HEAD,404", "GET,204", "GET,304", "POST,304"})
  void whatHasNoBodyEndsWithItsHead(String method, int status) throws Exception {
    RawTarget.Script script =
        always("HTTP/1.1 " + status + " -", "Content-Length: 999", "ETag: \"a\"", "", "");
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri())) {
      for (int i = 0; i < 3; i++) {
        OriginRequest request = asking.request(method, "/", Optional.empty(), OptionalLong.empty());
        OriginResult.Answer answer = answer(asking.ask(request));
        assertThat(answer.bodyBytes()).hasValue(0);
        assertThat(answer.body().read().hasRemaining()).isFalse();
        assertThat(answer.head().headers().contains("Content-Length")).isEqualTo(status != 204);
      }
      assertThat(target.connections()).hasSize(1);
    }
  }

  @Test
  void aHeadAnswerFramedByChunksHasNoBody() throws Exception {
    RawTarget.Script script = always("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "");
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri())) {
      OriginRequest head = asking.request("HEAD", "/", Optional.empty(), OptionalLong.empty());
      assertThat(asking.outcome(head)).isEqualTo("200 ");
      assertThat(asking.outcome(head)).isEqualTo("200 ");
      assertThat(target.connections()).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"identity", "gzip", "'gzip, identity'"})
  void aCodingWithoutChunkedIsReadToTheEndOfTheConnection(String coding) throws Exception {
    RawTarget.Script script =
        connection -> {
          connection.readHead();
          connection.send(lines("HTTP/1.1 200 OK", "Transfer-Encoding: " + coding, "", "hello"));
        };
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri())) {
      OriginResult.Answer answer = answer(asking.ask("/"));
      assertThat(answer.head().headers()).isEqualTo(Headers.EMPTY);
      assertThat(answer.bodyBytes()).isEmpty();
      assertThat(asking.outcome("/")).isEqualTo("200 hello");
    }
  }

  @Test
  void aBodyOfUnsaidLengthEndsWithAnOrderlyClose() throws Exception {
    RawTarget.Script script =
        connection -> {
          connection.readHead();
          connection.send(lines("HTTP/1.1 200 OK", "", "hello"));
        };
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri())) {
      assertThat(asking.outcome("/")).isEqualTo("200 hello");
    }
  }

  @Test
  void aResetIsNeverTheEndOfABody() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    RawTarget.Script script =
        connection -> {
          connection.readHead();
          connection.send(lines("HTTP/1.1 200 OK", "", "hello"));
          read.await();
          connection.reset();
        };
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri())) {
      BodyReader body = answer(asking.ask("/")).body();
      assertThat(body.read().remaining()).isEqualTo(5);
      read.countDown();
      assertThatThrownBy(body::read)
          .isInstanceOf(IOException.class)
          .hasMessage("the target's answer broke off");
      await().until(() -> asking.events().size() == 2);
      assertThat(asking.events())
          .extracting(event -> ((Event.TargetAsked) event).result())
          .containsExactly(TargetResult.ANSWERED, TargetResult.BROKEN_OFF);
    }
  }

  @Test
  void closingABodyBeforeItsEndClosesTheConnection() throws Exception {
    RawTarget.Script script =
        connection -> {
          connection.readHead();
          connection.send(lines("HTTP/1.1 200 OK", "Content-Length: 9", "", "hello"));
          connection.readUntilClosed();
        };
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri())) {
      BodyReader body = answer(asking.ask("/")).body();
      body.read();
      body.close();
      assertThatThrownBy(body::read).isInstanceOf(IOException.class);
      await().until(() -> target.connections().getFirst().socket().isClosed());
      assertThat(asking.events()).hasSize(1);
    }
  }

  @Test
  void closingABodyThatHasArrivedLeavesTheConnectionToOthers() throws Exception {
    try (RawTarget target =
            new RawTarget(always("HTTP/1.1 200 OK", "Content-Length: 5", "", "hello"));
        Asking asking = new Asking(target.uri())) {
      for (int i = 0; i < 10; i++) {
        BodyReader unread = answer(asking.ask("/")).body();
        unread.read();
        unread.close();
        assertThat(asking.outcome("/")).isEqualTo("200 hello");
      }
      assertThat(target.connections()).hasSize(1);
    }
  }

  @Test
  void aClosedBodyWakesItsReader() throws Exception {
    RawTarget.Script script =
        connection -> {
          connection.readHead();
          connection.send(lines("HTTP/1.1 200 OK", "Content-Length: 9", "", ""));
          connection.readUntilClosed();
        };
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri())) {
      BodyReader body = answer(asking.ask("/")).body();
      CompletableFuture<ByteBuffer> read = Asking.begin(body::read);
      body.close();
      assertThatThrownBy(read::join).hasRootCauseMessage("the body was closed");
    }
  }

  @Test
  void aLargeAnswerIsReadWholeAndHeldBackWhileItIsNotRead() throws Exception {
    AtomicLong sent = new AtomicLong();
    RawTarget.Script script =
        connection -> {
          connection.readHead();
          connection.send(lines("HTTP/1.1 200 OK", "Content-Length: " + LARGE, "", ""));
          byte[] piece = new byte[64 * 1024];
          while (sent.get() < LARGE) {
            connection.out().write(piece);
            sent.addAndGet(piece.length);
          }
          connection.readUntilClosed();
        };
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri())) {
      BodyReader body = answer(asking.ask("/")).body();
      awaitStandstill(sent::get);
      assertThat(sent.get()).isLessThan(BOUND);
      long read = 0;
      for (ByteBuffer next = body.read(); next.hasRemaining(); next = body.read()) {
        read += next.remaining();
        assertThat(sent.get() - read).isLessThan(BOUND);
      }
      assertThat(read).isEqualTo(LARGE);
    }
  }

  @Test
  void aLargeRequestIsSentWholeAndHeldBackWhileItIsNotTaken() throws Exception {
    AtomicLong received = new AtomicLong();
    CountDownLatch take = new CountDownLatch(1);
    RawTarget.Script script =
        connection -> {
          connection.readHead();
          take.await();
          byte[] piece = new byte[64 * 1024];
          while (received.get() < LARGE) {
            received.addAndGet(connection.in().read(piece));
          }
          connection.send(lines("HTTP/1.1 200 OK", "Content-Length: 2", "", "ok"));
          connection.readUntilClosed();
        };
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri())) {
      Zeros zeros = new Zeros(LARGE);
      OriginRequest upload = asking.request("PUT", "/", Optional.of(zeros), OptionalLong.of(LARGE));
      CompletableFuture<String> outcome = Asking.begin(() -> asking.outcome(upload));
      await().until(() -> zeros.taken() > 0);
      awaitStandstill(zeros::taken);
      assertThat(zeros.taken()).isLessThan(BOUND);
      take.countDown();
      assertThat(outcome.join()).isEqualTo("200 ok");
      assertThat(received.get()).isEqualTo(LARGE);
    }
  }

  /// Waits until the counter has not changed from one look to the next.
  private static void awaitStandstill(LongSupplier counter) {
    AtomicLong last = new AtomicLong(-1);
    await()
        .pollInterval(Duration.ofMillis(300))
        .until(() -> last.getAndSet(counter.getAsLong()) == counter.getAsLong());
  }

  @Test
  void anAnswerMayComeWhileTheRequestIsStillSent() throws Exception {
    RawTarget.Script echo =
        connection -> {
          connection.readHead();
          connection.send(lines("HTTP/1.1 200 OK", "Content-Length: 6", "", ""));
          connection.send(connection.readText(3));
          connection.send(connection.readText(3));
          connection.readUntilClosed();
        };
    try (RawTarget target = new RawTarget(echo);
        Asking asking = new Asking(target.uri())) {
      Late late = new Late();
      late.give("abc");
      OriginRequest request = asking.request("POST", "/", Optional.of(late), OptionalLong.of(6));
      BodyReader body = answer(asking.ask(request)).body();
      assertThat(text(body.read())).isEqualTo("abc");
      late.give("def");
      assertThat(text(body.read())).isEqualTo("def");
      assertThat(text(body.read())).isEmpty();
    }
  }

  @Test
  void anEarlyCompleteAnswerIsNoFailureAndEndsTheConnection() throws Exception {
    CompletableFuture<String> rest = new CompletableFuture<>();
    RawTarget.Script refusing =
        connection -> {
          connection.readHead();
          connection.readText(3);
          connection.send(lines("HTTP/1.1 413 Too Large", "Content-Length: 2", "", "no"));
          rest.complete(connection.readUntilClosed());
        };
    try (RawTarget target = new RawTarget(refusing);
        Asking asking = new Asking(target.uri())) {
      Late late = new Late();
      late.give("abc");
      OriginRequest request = asking.request("POST", "/", Optional.of(late), OptionalLong.of(600));
      assertThat(asking.outcome(request)).isEqualTo("413 no");
      assertThat(rest.join()).isEmpty();
      assertThat(asking.events()).hasSize(1);
    }
  }

  @Test
  void anAnswerToAnUploadThatIsCutOffIsStillRead() throws Exception {
    RawTarget.Script refusing =
        connection -> {
          connection.readHead();
          connection.readText(100_000);
          connection.send(lines("HTTP/1.1 413 Too Large", "Content-Length: 2", "", "no"));
          connection.socket().shutdownOutput();
          connection.in().transferTo(java.io.OutputStream.nullOutputStream());
        };
    try (RawTarget target = new RawTarget(refusing);
        Asking asking = new Asking(target.uri())) {
      OriginRequest request =
          asking.request("POST", "/", Optional.of(new Zeros(LARGE)), OptionalLong.of(LARGE));
      assertThat(asking.outcome(request)).isEqualTo("413 no");
    }
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void aRequestThatBreaksOffNeverEndsProperly(boolean lengthStated) throws Exception {
    CompletableFuture<String> seen = new CompletableFuture<>();
    RawTarget.Script script =
        connection -> {
          connection.readHead();
          seen.complete(connection.readUntilClosed());
        };
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri())) {
      Late late = new Late();
      OriginRequest request =
          asking.request(
              "POST",
              "/",
              Optional.of(late),
              lengthStated ? OptionalLong.of(6) : OptionalLong.empty());
      late.give("abc");
      late.give(Late.BREAK);
      assertThat(asking.outcome(request)).startsWith("REQUEST_BROKEN");
      assertThat(seen.join()).isEqualTo(lengthStated ? "abc" : "3\r\nabc\r\n");
      assertThat(asking.events()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"abc", "abcdefgh"})
  void aRequestOfAnotherLengthThanItStatedIsBroken(String body) throws Exception {
    CompletableFuture<String> seen = new CompletableFuture<>();
    RawTarget.Script script =
        connection -> {
          connection.readHead();
          seen.complete(connection.readUntilClosed());
        };
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri())) {
      OriginRequest request =
          asking.request("POST", "/", Optional.of(Asking.text(body)), OptionalLong.of(6));
      assertThat(asking.outcome(request)).startsWith("REQUEST_BROKEN");
      assertThat(seen.join().length()).isLessThan(6);
    }
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.ISO_8859_1.decode(bytes).toString();
  }
}
