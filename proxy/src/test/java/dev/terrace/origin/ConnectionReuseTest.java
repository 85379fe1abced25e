package dev.terrace.origin;

import static dev.terrace.origin.RawTarget.always;
import static dev.terrace.origin.RawTarget.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import dev.terrace.observe.Event;
import dev.terrace.origin.OriginRequest.Retry;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// When a connection serves a second request, and what happens if it cannot (http.md 22 and 26).
class ConnectionReuseTest {
  private static final String OK = lines("HTTP/1.1 200 OK", "Content-Length: 2", "", "ok");

  private static TargetSettings kept(Duration idleTimeout, Duration connectionLife) {
    return Asking.quick()
        .with(
            new TargetSettings.Pool(
                idleTimeout, connectionLife, Duration.ofSeconds(10), 16, 8, 100, 16, 16));
  }

  /// Serves the first request of its first connection, then does `then` with the second.
  private static RawTarget.Script closingUnder(RawTarget.Script then) {
    return connection -> {
      if (connection.number() > 0) {
        always(OK).play(connection);
        return;
      }
      connection.readHead();
      connection.send(OK);
      connection.readHead();
      then.play(connection);
    };
  }

  private static int requests(RawTarget target) {
    return target.connections().stream().mapToInt(connection -> connection.heads().size()).sum();
  }

  @Test
  void aClosedPooledConnectionIsRetriedOnceOnAFreshOne() throws Exception {
    try (RawTarget target = new RawTarget(closingUnder(connection -> {}));
        Asking asking = new Asking(target.uri())) {
      assertThat(asking.outcome("/first")).isEqualTo("200 ok");
      assertThat(asking.outcome("/second")).isEqualTo("200 ok");
      assertThat(requests(target)).isEqualTo(3);
      assertThat(target.connections()).hasSize(2);
      assertThat(asking.events()).hasSize(2);
    }
  }

  @Test
  void aResetPooledConnectionIsRetriedOnceOnAFreshOne() throws Exception {
    try (RawTarget target = new RawTarget(closingUnder(RawTarget.Connection::reset));
        Asking asking = new Asking(target.uri())) {
      assertThat(asking.outcome("/first")).isEqualTo("200 ok");
      assertThat(asking.outcome("/second")).isEqualTo("200 ok");
      assertThat(requests(target)).isEqualTo(3);
    }
  }

  @Test
  void theFreshConnectionOfARetryIsClosedBehindItsAnswer() throws Exception {
    try (RawTarget target = new RawTarget(closingUnder(connection -> {}));
        Asking asking = new Asking(target.uri())) {
      asking.outcome("/first");
      asking.outcome("/second");
      assertThat(target.connections().get(1).readUntilClosed()).isEmpty();
    }
  }

  @Test
  void aRetryThatIsClosedTooIsNotRetriedAgain() throws Exception {
    RawTarget.Script script =
        connection -> {
          connection.readHead();
          if (connection.number() == 0) {
            connection.send(OK);
            connection.readHead();
          }
        };
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri())) {
      assertThat(asking.outcome("/first")).isEqualTo("200 ok");
      assertThat(asking.outcome("/second")).startsWith("UNREACHABLE");
      assertThat(requests(target)).isEqualTo(3);
    }
  }

  @Test
  void aRequestThatIsNotIdempotentIsNotSentTwice() throws Exception {
    try (RawTarget target = new RawTarget(closingUnder(connection -> {}));
        Asking asking = new Asking(target.uri())) {
      assertThat(asking.outcome("/first")).isEqualTo("200 ok");
      OriginRequest post =
          asking.request("POST", "/second", Optional.empty(), OptionalLong.empty());
      assertThat(asking.outcome(post)).startsWith("UNREACHABLE");
      assertThat(requests(target)).isEqualTo(2);
    }
  }

  @Test
  void aRequestWhoseBodyWasConsumedIsNotSentTwice() throws Exception {
    try (RawTarget target = new RawTarget(closingUnder(connection -> connection.readText(4)));
        Asking asking = new Asking(target.uri())) {
      assertThat(asking.outcome("/first")).isEqualTo("200 ok");
      Optional<BodyReader> body = Optional.of(Asking.text("body"));
      OriginRequest put =
          asking.request(
              "PUT", "/", Headers.EMPTY, body, OptionalLong.of(4), Retry.IDEMPOTENT_ONCE);
      assertThat(asking.outcome(put)).startsWith("UNREACHABLE");
      assertThat(requests(target)).isEqualTo(2);
    }
  }

  @Test
  void aRequestThatSawAByteOfAnAnswerIsNotSentTwice() throws Exception {
    try (RawTarget target = new RawTarget(closingUnder(connection -> connection.send("H")));
        Asking asking = new Asking(target.uri())) {
      assertThat(asking.outcome("/first")).isEqualTo("200 ok");
      assertThat(asking.outcome("/second")).startsWith("UNREACHABLE");
      assertThat(requests(target)).isEqualTo(2);
    }
  }

  @Test
  void aFreshConnectionThatIsClosedIsNotRetried() throws Exception {
    try (RawTarget target = new RawTarget(RawTarget.Connection::readHead);
        Asking asking = new Asking(target.uri())) {
      assertThat(asking.outcome("/")).startsWith("UNREACHABLE");
      assertThat(requests(target)).isEqualTo(1);
      assertThat(asking.events())
          .extracting(event -> ((Event.TargetAsked) event).result())
          .containsExactly(Event.TargetResult.UNREACHABLE);
    }
  }

  @Test
  void aConnectionThatTheTargetWantsClosedIsClosed() throws Exception {
    String[] closing = {
      lines("HTTP/1.1 200 OK", "Connection: close", "Content-Length: 2", "", "ok"),
      lines("HTTP/1.1 200 OK", "Connection: x, Close", "Content-Length: 2", "", "ok"),
      lines("HTTP/1.0 200 OK", "Content-Length: 2", "", "ok"),
      lines("HTTP/1.1 200 OK", "Keep-Alive: timeout=1", "Content-Length: 2", "", "ok"),
      lines("HTTP/1.1 200 OK", "Keep-Alive: max=9, timeout=0", "Content-Length: 2", "", "ok"),
    };
    for (String answer : closing) {
      try (RawTarget target = new RawTarget(always(answer));
          Asking asking = new Asking(target.uri())) {
        assertThat(asking.outcome("/")).isEqualTo("200 ok");
        assertThat(target.connections().getFirst().readUntilClosed()).isEmpty();
      }
    }
  }

  @Test
  void aConnectionThatHttp10KeepsIsKept() throws Exception {
    RawTarget.Script script =
        always("HTTP/1.0 200 OK", "Connection: keep-alive", "Content-Length: 2", "", "ok");
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri())) {
      assertThat(asking.outcome("/")).isEqualTo("200 ok");
      assertThat(asking.outcome("/")).isEqualTo("200 ok");
      assertThat(target.connections()).hasSize(1);
    }
  }

  @Test
  void anIdleConnectionIsClosedInTime() throws Exception {
    TargetSettings settings = kept(Duration.ofSeconds(1), Duration.ofMinutes(1));
    try (RawTarget target = new RawTarget(always(OK));
        Asking asking = new Asking(target.uri(), settings)) {
      assertThat(asking.outcome("/")).isEqualTo("200 ok");
      await().atMost(30, TimeUnit.SECONDS).until(() -> isClosed(target));
    }
  }

  @Test
  void belowTheTargetsHintAnIdleConnectionIsClosedInTime() throws Exception {
    TargetSettings settings = kept(Duration.ofMinutes(1), Duration.ofMinutes(1));
    String[] hinted = {"HTTP/1.1 200 OK", "Keep-Alive: timeout=2", "Content-Length: 2", "", "ok"};
    try (RawTarget target = new RawTarget(always(hinted));
        Asking asking = new Asking(target.uri(), settings)) {
      assertThat(asking.outcome("/")).isEqualTo("200 ok");
      await().atMost(30, TimeUnit.SECONDS).until(() -> isClosed(target));
    }
  }

  @Test
  void aConnectionPastItsLifeIsClosedBehindItsAnswer() throws Exception {
    TargetSettings settings = kept(Duration.ofSeconds(60), Duration.ofMillis(1));
    try (RawTarget target = new RawTarget(always(OK));
        Asking asking = new Asking(target.uri(), settings)) {
      // Quick answers may come within the life; none but its end closes a connection here.
      await()
          .until(
              () -> {
                assertThat(asking.outcome("/")).isEqualTo("200 ok");
                return target.connections().size() > 1;
              });
    }
  }

  /// Whether the target's first connection was closed by the client: its script has ended then.
  private static boolean isClosed(RawTarget target) {
    return target.connections().getFirst().socket().isClosed();
  }
}
