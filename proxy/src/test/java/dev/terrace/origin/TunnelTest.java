package dev.terrace.origin;

import static dev.terrace.origin.RawTarget.always;
import static dev.terrace.origin.RawTarget.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.terrace.http.Headers;
import dev.terrace.origin.OriginRequest.Retry;
import dev.terrace.origin.OriginResult.Failure;
import dev.terrace.origin.OriginResult.Kind;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// WebSockets pass as tunnels (http.md 19).
class TunnelTest {
  private static final String SWITCHED =
      lines(
          "HTTP/1.1 101 Switching Protocols",
          "Connection: Upgrade",
          "Upgrade: websocket",
          "Sec-WebSocket-Accept: abc",
          "",
          "");

  /// A tunnel that has opened, read as one text.
  private static final class Opened implements TunnelHandler {
    final CompletableFuture<Headers> answer = new CompletableFuture<>();
    final CompletableFuture<NetSocket> socket = new CompletableFuture<>();
    final CompletableFuture<Void> closed = new CompletableFuture<>();
    final Buffer received = Buffer.buffer();

    @Override
    public void opened(Headers fields, NetSocket target) {
      target.handler(received::appendBuffer);
      target.closeHandler(nothing -> closed.complete(null));
      answer.complete(fields);
      socket.complete(target);
    }
  }

  private static OriginRequest upgrade(Asking asking) {
    Headers fields =
        Headers.of("Sec-WebSocket-Key", "a2V5", "Connection", "X", "Sec-WebSocket-Version", "13");
    return asking.request(
        "GET", "/chat", fields, Optional.empty(), OptionalLong.empty(), Retry.NEVER);
  }

  private static Optional<OriginResult> tunnel(Asking asking, TunnelHandler handler) {
    return Asking.onVirtualThread(() -> asking.client().tunnel(upgrade(asking), handler));
  }

  private static RawTarget.Script echo() {
    return connection -> {
      connection.readHead();
      connection.send(SWITCHED + "first");
      connection.send(connection.readText(6));
      connection.readUntilClosed();
    };
  }

  private static void exchange(RawTarget target, Asking asking) throws Exception {
    Opened opened = new Opened();
    assertThat(tunnel(asking, opened)).isEmpty();
    assertThat(opened.answer.get(20, TimeUnit.SECONDS))
        .isEqualTo(Headers.of("Sec-WebSocket-Accept", "abc"));
    NetSocket socket = opened.socket.join();
    assertThat(opened.received.length()).isZero();
    asking.loop().execute(socket::resume);
    asking.loop().execute(() -> socket.write("second"));
    await().until(() -> opened.received.toString().equals("firstsecond"));
    asking.loop().execute(socket::close);
    opened.closed.get(20, TimeUnit.SECONDS);
    assertThat(target.connections().getFirst().heads().getFirst())
        .isEqualTo(
            lines(
                "GET /chat HTTP/1.1",
                "Host: target.example",
                "Sec-WebSocket-Key: a2V5",
                "Sec-WebSocket-Version: 13",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "",
                ""));
    await().until(() -> target.connections().getFirst().socket().isClosed());
  }

  @Test
  void aTunnelPassesBytesBothWaysAndWaitsUntilItIsRead() throws Exception {
    try (RawTarget target = new RawTarget(echo());
        Asking asking = new Asking(target.uri())) {
      exchange(target, asking);
    }
  }

  @Test
  void aTunnelPassesThroughTls(@TempDir Path directory) throws Exception {
    TestCertificate certificate = TestCertificate.create(directory, "ip:127.0.0.1");
    ServerSocketFactory sockets = certificate.context().getServerSocketFactory();
    try (RawTarget target = new RawTarget(sockets, "https", echo());
        Asking asking = new Asking(target.uri(), Asking.quick().trusting(certificate.pem()))) {
      exchange(target, asking);
    }
  }

  @Test
  void theTargetsEndIsTold() throws Exception {
    RawTarget.Script script =
        connection -> {
          connection.readHead();
          connection.send(SWITCHED);
        };
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri())) {
      Opened opened = new Opened();
      assertThat(tunnel(asking, opened)).isEmpty();
      NetSocket socket = opened.socket.get(20, TimeUnit.SECONDS);
      asking.loop().execute(socket::resume);
      opened.closed.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void anOrdinaryAnswerComesInsteadOfATunnel() throws Exception {
    try (RawTarget target =
            new RawTarget(always("HTTP/1.1 403 No", "Content-Length: 2", "", "no"));
        Asking asking = new Asking(target.uri())) {
      OriginResult.Answer answer = Asking.answer(tunnel(asking, new Opened()).orElseThrow());
      assertThat(answer.head().status()).isEqualTo(403);
      assertThat(answer.body().read().remaining()).isEqualTo(2);
      assertThat(answer.body().read().hasRemaining()).isFalse();
      await().until(() -> target.connections().getFirst().socket().isClosed());
    }
  }

  @Test
  void a101ForAnotherProtocolIsMalformed() throws Exception {
    String other = lines("HTTP/1.1 101 -", "Connection: Upgrade", "Upgrade: h2c", "", "");
    try (RawTarget target = new RawTarget(always(other));
        Asking asking = new Asking(target.uri())) {
      assertThat(tunnel(asking, new Opened()))
          .contains(new Failure(Kind.MALFORMED, "a 101 that is not for a WebSocket"));
      await().until(() -> target.connections().getFirst().socket().isClosed());
    }
  }

  @Test
  void aTargetThatHangsIsLeftAtTheHeadsDeadline() throws Exception {
    Duration deadline = Duration.ofMillis(300);
    RawTarget.Script script =
        connection -> {
          connection.readHead();
          connection.readUntilClosed();
        };
    try (RawTarget target = new RawTarget(script);
        Asking asking =
            new Asking(target.uri(), Asking.settings(deadline, Duration.ofSeconds(9), 9, 9))) {
      assertThat(tunnel(asking, new Opened()))
          .contains(new Failure(Kind.TIMED_OUT, "no answer within 300 ms"));
      await().until(() -> target.connections().getFirst().socket().isClosed());
    }
  }

  @Test
  void tunnelsAreCountedUntilTheyClose() throws Exception {
    try (RawTarget target = new RawTarget(echo());
        Asking asking = new Asking(target.uri(), oneTunnel())) {
      Opened first = new Opened();
      assertThat(tunnel(asking, first)).isEmpty();
      assertThat(tunnel(asking, new Opened()))
          .contains(new Failure(Kind.OVERLOADED, "too many tunnels"));
      NetSocket socket = first.socket.get(20, TimeUnit.SECONDS);
      asking.loop().execute(socket::close);
      await().until(() -> tunnel(asking, new Opened()).isEmpty());
    }
  }

  @Test
  void failedTunnelsAreNotCounted() throws Exception {
    try (Asking asking = new Asking(RawTarget.nowhere(), oneTunnel())) {
      for (int i = 0; i < 3; i++) {
        assertThat(tunnel(asking, new Opened()))
            .contains(new Failure(Kind.UNREACHABLE, "the connection was refused"));
      }
    }
  }

  private static TargetSettings oneTunnel() {
    Duration seconds = Duration.ofSeconds(10);
    return Asking.quick()
        .with(new TargetSettings.Pool(seconds, seconds, seconds, 16, 8, 100, 16, 1));
  }
}
