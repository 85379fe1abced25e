package dev.terrace.origin;

import static dev.terrace.origin.RawTarget.always;
import static dev.terrace.origin.RawTarget.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.terrace.origin.OriginResult.Failure;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Nothing that the target does, or leaves, keeps a request waiting past its deadline.
class DeadlineTest {
  private static final Duration SHORT = Duration.ofMillis(400);
  private static final Duration LONG = Duration.ofSeconds(20);

  /// For the answer that comes once it has passed: a busy machine needs no longer.
  private static final Duration PASSED = Duration.ofSeconds(3);

  private static TargetSettings deadlines(Duration head, Duration stall) {
    return Asking.settings(head, stall, 16, 16);
  }

  /// How long it may take on a busy machine to notice a deadline of [#SHORT].
  private static final Duration NOTICED = Duration.ofSeconds(10);

  @Test
  void aTargetThatHangsIsLeftAtTheHeadsDeadline() throws Exception {
    RawTarget.Script script =
        connection -> {
          connection.readHead();
          connection.readUntilClosed();
        };
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri(), deadlines(SHORT, LONG))) {
      long began = System.nanoTime();
      assertThat(asking.outcome("/")).isEqualTo("TIMED_OUT: no answer within 400 ms");
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(SHORT, NOTICED);
      await().until(() -> target.connections().getFirst().socket().isClosed());
    }
  }

  @Test
  void aHeadThatTricklesIsLeftAtTheHeadsDeadline() throws Exception {
    RawTarget.Script script =
        connection -> {
          connection.readHead();
          connection.send(lines("HTTP/1.1 200 OK", "X: "));
          connection.socket().setSoTimeout(20);
          while (true) {
            connection.send("x");
            try {
              connection.in().read();
              return;
            } catch (java.net.SocketTimeoutException e) {
              // The client has not closed yet: the next byte.
            }
          }
        };
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri(), deadlines(SHORT, LONG))) {
      assertThat(asking.outcome("/")).isEqualTo("TIMED_OUT: no answer within 400 ms");
      await().until(() -> target.connections().getFirst().socket().isClosed());
    }
  }

  @Test
  void aBodyThatStandsStillBreaksOff() throws Exception {
    RawTarget.Script script =
        connection -> {
          connection.readHead();
          connection.send(lines("HTTP/1.1 200 OK", "Content-Length: 9", "", "hello"));
          connection.readUntilClosed();
        };
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri(), deadlines(LONG, SHORT))) {
      assertThat(asking.outcome("/"))
          .isEqualTo("200 hello then the target's body stood still for 400 ms");
      await().until(() -> target.connections().getFirst().socket().isClosed());
    }
  }

  @Test
  void aTargetThatDoesNotTakeTheRequestsBodyIsLeft() throws Exception {
    RawTarget.Script script =
        connection -> {
          connection.readHead();
          new CountDownLatch(1).await();
        };
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri(), deadlines(LONG, SHORT))) {
      OriginRequest upload =
          asking.request("POST", "/", Optional.of(new Zeros(1 << 30)), OptionalLong.of(1 << 30));
      assertThat(asking.outcome(upload))
          .isEqualTo("TIMED_OUT: the target did not take the request's body");
    }
  }

  @Test
  void aSlowUploadIsNotTheTargetsFault() throws Exception {
    RawTarget.Script script =
        connection -> {
          connection.readHead();
          connection.readText(3);
          connection.send(lines("HTTP/1.1 200 OK", "Content-Length: 2", "", "ok"));
          connection.readUntilClosed();
        };
    CompletableFuture<String> slow = new CompletableFuture<>();
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri(), deadlines(PASSED, LONG))) {
      Late body = new Late(slow);
      OriginRequest upload = asking.request("POST", "/", Optional.of(body), OptionalLong.of(3));
      CompletableFuture<String> outcome = Asking.begin(() -> asking.outcome(upload));
      slow.completeOnTimeout("abc", PASSED.plusMillis(500).toMillis(), TimeUnit.MILLISECONDS);
      assertThat(outcome.join()).isEqualTo("200 ok");
    }
  }

  @Test
  void connectingToAFullBacklogTimesOut() throws Exception {
    List<SocketChannel> fill = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < 4; i++) {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.connect(new InetSocketAddress(full.getInetAddress(), full.getLocalPort()));
        fill.add(channel);
      }
      URI uri = URI.create("http://127.0.0.1:" + full.getLocalPort());
      try (Asking asking = new Asking(uri, connectingWithin(SHORT))) {
        assertThat(asking.outcome("/")).isEqualTo("TIMED_OUT: connecting took too long");
      }
    } finally {
      for (SocketChannel channel : fill) {
        channel.close();
      }
    }
  }

  private static TargetSettings connectingWithin(Duration connectTimeout) {
    return Asking.quick().with(new TargetSettings.Deadlines(connectTimeout, LONG, LONG));
  }

  @Test
  void aPortWhereNobodyListensIsUnreachable() throws Exception {
    try (Asking asking = new Asking(RawTarget.nowhere())) {
      assertThat(asking.outcome("/")).isEqualTo("UNREACHABLE: the connection was refused");
    }
  }

  @Test
  void moreRequestsThanMayWaitAreOverload() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    RawTarget.Script script =
        connection -> {
          while (!connection.readHead().isEmpty()) {
            go.await();
            connection.send(lines("HTTP/1.1 200 OK", "Content-Length: 2", "", "ok"));
          }
        };
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri(), Asking.settings(LONG, LONG, 2, 3))) {
      List<CompletableFuture<String>> outcomes = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        outcomes.add(Asking.begin(() -> asking.outcome("/")));
        int open = Math.min(i + 1, 2);
        await().until(() -> heads(target) == open);
      }
      String overload = "OVERLOADED: too many requests wait for a connection";
      await().until(() -> outcomes.stream().filter(CompletableFuture::isDone).count() == 3);
      go.countDown();
      assertThat(outcomes.stream().map(CompletableFuture::join))
          .containsOnly("200 ok", overload)
          .filteredOn(overload::equals)
          .hasSize(3);
      assertThat(target.connections()).hasSize(2);
    }
  }

  private static long heads(RawTarget target) {
    return target.connections().stream().filter(c -> !c.heads().isEmpty()).count();
  }

  @Test
  void aRequestThatWaitsTooLongForAConnectionIsOverload() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    RawTarget.Script script =
        connection -> {
          connection.readHead();
          connection.send(lines("HTTP/1.1 200 OK", "Content-Length: 2", "", ""));
          go.await();
        };
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri(), Asking.settings(SHORT, LONG, 1, 3))) {
      // The same deadline holds for this answer: a busy machine may need more than one try.
      OriginResult first =
          await().atMost(LONG).until(() -> asking.ask("/"), OriginResult.Answer.class::isInstance);
      assertThat(asking.outcome("/")).isEqualTo("OVERLOADED: no connection became free in time");
      Asking.answer(first).body().close();
      go.countDown();
    }
  }

  @Test
  void anInterruptGivesTheExchangeUp() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    RawTarget.Script script =
        connection -> {
          connection.readHead();
          asked.countDown();
          connection.readUntilClosed();
        };
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri())) {
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      OriginRequest request = asking.get("/");
      Thread thread =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      asking.client().ask(request);
                    } catch (InterruptedException e) {
                      thrown.set(e);
                    }
                  });
      asked.await();
      thread.interrupt();
      thread.join();
      assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
      await().until(() -> target.connections().getFirst().socket().isClosed());
    }
  }

  @Test
  void aRequestGivenUpWhileItWaitsLeavesTheConnectionToOthers() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    RawTarget.Script script =
        connection -> {
          while (!connection.readHead().isEmpty()) {
            go.await();
            connection.send(lines("HTTP/1.1 200 OK", "Content-Length: 2", "", "ok"));
          }
        };
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri(), Asking.settings(LONG, LONG, 1, 3))) {
      CompletableFuture<String> first = Asking.begin(() -> asking.outcome("/first"));
      await().until(() -> !target.connections().isEmpty());
      CompletableFuture<OriginResult> waiting = new CompletableFuture<>();
      Thread thread =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      waiting.complete(asking.client().ask(asking.get("/waiting")));
                    } catch (InterruptedException e) {
                      waiting.completeExceptionally(e);
                    }
                  });
      await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
      thread.interrupt();
      thread.join();
      assertThat(waiting).isCompletedExceptionally();
      go.countDown();
      assertThat(first.join()).isEqualTo("200 ok");
      assertThat(asking.outcome("/last")).isEqualTo("200 ok");
    }
  }

  @Test
  void aClosedClientAnswersUnreachable() throws Exception {
    try (RawTarget target = new RawTarget(always("HTTP/1.1 204 -", "", ""))) {
      Asking asking = new Asking(target.uri());
      asking.close();
      assertThat(asking.ask("/")).isInstanceOf(Failure.class);
    }
  }
}
