package dev.terrace.server;

import static dev.terrace.server.ListenerTest.ECHO;
import static dev.terrace.server.ListenerTest.answer;
import static dev.terrace.server.ListenerTest.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Connections as a whole: TLS and its certificate, upgrades and tunnels, draining.
@Timeout(60)
class ConnectionTest {
  private static SSLSocket handshake(int port, String protocol) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, RawClient.CREDULOUS, null);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    socket.setEnabledProtocols(new String[] {protocol});
    socket.startHandshake();
    return socket;
  }

  private static String subject(int port) throws Exception {
    try (SSLSocket socket = handshake(port, "TLSv1.3")) {
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
          .getSubjectX500Principal()
          .getName();
    }
  }

  @Test
  void tls12And13AreSpokenAndNothingOlder() throws Exception {
    try (TestListener server = Http2ExchangeTest.tls(ECHO)) {
      handshake(server.port(), "TLSv1.2").close();
      handshake(server.port(), "TLSv1.3").close();
      String disabled = java.security.Security.getProperty("jdk.tls.disabledAlgorithms");
      java.security.Security.setProperty("jdk.tls.disabledAlgorithms", "");
      try {
        assertThatThrownBy(() -> handshake(server.port(), "TLSv1.1"))
            .isInstanceOf(SSLHandshakeException.class);
      } finally {
        java.security.Security.setProperty("jdk.tls.disabledAlgorithms", disabled);
      }
    }
  }

  @Test
  void aNewIdentityIsShownAndOneThatCannotBeUsedIsNotMade() throws Exception {
    TlsFiles files = TestCertificate.make("first");
    TlsFiles second = TestCertificate.make("second");
    TlsFiles mixed = new TlsFiles(second.certificate(), files.key());
    try (TestListener server =
            new TestListener(Limits.DEFAULTS, Optional.of(files), ECHO, Tunnels.NONE);
        RawClient open = RawClient.tls(server.port())) {
      assertThat(subject(server.port())).isEqualTo("CN=first");
      assertThatThrownBy(() -> TlsIdentity.read(mixed))
          .hasMessage(mixed.certificate() + " is not the certificate of the key in " + mixed.key());
      assertThatThrownBy(() -> TlsIdentity.read(new TlsFiles(files.key(), files.key())))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(files.key() + " and its key cannot be used: ");
      assertThat(subject(server.port())).isEqualTo("CN=first");
      server.listener().show(TlsIdentity.read(second));
      for (int i = 0; i < 4; i++) {
        assertThat(subject(server.port())).isEqualTo("CN=second");
      }
      open.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(open.readHead()).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void upgradeToH2cIsNotTakenAndTheRequestIsJudgedAsAnyOther() throws Exception {
    try (TestListener server = TestListener.cleartext(ECHO);
        RawClient client = RawClient.cleartext(server.port())) {
      String upgrade =
          RawClient.lines(
              "Connection: Upgrade, HTTP2-Settings",
              "Upgrade: h2c",
              "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
              "",
              "");
      client.send("GET / HTTP/1.1\r\nHost: x\r\n" + upgrade);
      assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
      client.read(6);
      client.send("GET /a\\b HTTP/1.1\r\nHost: x\r\n" + upgrade);
      assertThat(client.readToEnd()).startsWith("HTTP/1.1 400 ");
    }
  }

  private static boolean isRefused(int port) {
    try (RawClient _ = RawClient.cleartext(port)) {
      return false;
    } catch (IOException refused) {
      return true;
    }
  }

  @Test
  void drainingLetsARequestEndAndSaysCloseAndAcceptsNoMore() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    try (TestListener server =
            TestListener.cleartext(
                script(
                    exchange -> {
                      started.countDown();
                      Http1ExchangeTest.await(go);
                      answer(exchange, 200, "done");
                    }));
        RawClient busy = RawClient.cleartext(server.port());
        RawClient idle = RawClient.cleartext(server.port())) {
      busy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      started.await();
      CompletableFuture<Void> drained =
          CompletableFuture.runAsync(
              () -> {
                try {
                  server.listener().drain(Duration.ofSeconds(20));
                } catch (IOException failed) {
                  throw new java.io.UncheckedIOException(failed);
                }
              });
      assertThat(idle.readToEnd()).isEmpty();
      Awaitility.await().until(() -> isRefused(server.port()));
      assertThat(drained).isNotDone();
      go.countDown();
      String answer = busy.readToEnd();
      assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("done");
      assertThat(answer).containsIgnoringCase("connection: close\r\n");
      drained.get(10, TimeUnit.SECONDS);
    }
  }

  /// A target that has agreed to a WebSocket already, and echoes.
  private static Tunnels echoing(int port) {
    return (exchange, target, authority, headers, opened) -> {
      CompletableFuture<Void> done = new CompletableFuture<>();
      exchange
          .loop()
          .execute(
              () ->
                  Objects.requireNonNull(Vertx.currentContext())
                      .owner()
                      .createNetClient()
                      .connect(port, "127.0.0.1")
                      .onSuccess(
                          socket -> {
                            socket.pause();
                            opened.opened(Headers.of("Sec-WebSocket-Accept", "yes"), socket);
                            done.complete(null);
                          }));
      done.join();
      return Optional.empty();
    };
  }

  private static final String HANDSHAKE =
      RawClient.lines(
          "GET /chat HTTP/1.1",
          "Host: x",
          "Connection: Upgrade",
          "Upgrade: websocket",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "Sec-WebSocket-Version: 13",
          "",
          "");

  @Test
  void aTunnelCarriesBytesBothWaysAndClosesWithEitherEnd() throws Exception {
    Vertx vertx = EventLoops.start(1);
    CompletableFuture<NetSocket> targets = new CompletableFuture<>();
    try {
      int echo =
          vertx
              .createNetServer()
              .connectHandler(
                  socket -> {
                    targets.complete(socket);
                    socket.handler(socket::write);
                  })
              .listen(0, "127.0.0.1")
              .await(10, TimeUnit.SECONDS)
              .actualPort();
      try (TestListener server =
              new TestListener(
                  Limits.DEFAULTS,
                  Optional.empty(),
                  script(exchange -> exchange.tunnel("/chat", "x", Headers.EMPTY)),
                  echoing(echo));
          RawClient client = RawClient.cleartext(server.port())) {
        client.send(HANDSHAKE);
        assertThat(client.readHead())
            .startsWith("HTTP/1.1 101 ")
            .containsIgnoringCase("upgrade: websocket\r\n")
            .containsIgnoringCase("connection: upgrade\r\n")
            .contains("Sec-WebSocket-Accept: yes\r\n");
        String much = "0123456789".repeat(200_000);
        Thread.ofVirtual().start(() -> send(client, much));
        assertThat(client.read(much.length())).isEqualTo(much);
        assertThat(server.listener().connections()).isEqualTo(1);
        targets.get().close();
        assertThat(client.readToEnd()).isEmpty();
        Awaitility.await().until(() -> server.listener().connections() == 0);
      }
    } finally {
      vertx.close().await();
    }
  }

  private static void send(RawClient client, String text) {
    try {
      client.send(text);
    } catch (IOException gone) {
      throw new java.io.UncheckedIOException(gone);
    }
  }

  @Test
  void aTunnelThatTheTargetDeclinesGetsTheTargetsAnswer() throws Exception {
    Tunnels declining =
        (_, _, _, _, _) ->
            Optional.of(
                new Tunnels.Declined(
                    new ResponseHead(403, Headers.of("X-Why", "no")),
                    BodyReader.of(ListenerTest.bytes("declined")),
                    OptionalLong.of(8)));
    try (TestListener server =
            new TestListener(
                Limits.DEFAULTS,
                Optional.empty(),
                script(exchange -> exchange.tunnel("/chat", "x", Headers.EMPTY)),
                declining);
        RawClient client = RawClient.cleartext(server.port())) {
      for (int i = 0; i < 2; i++) {
        client.send(HANDSHAKE);
        assertThat(client.readHead()).startsWith("HTTP/1.1 403 ").contains("X-Why: no\r\n");
        assertThat(client.read(8)).isEqualTo("declined");
      }
    }
  }

  @Test
  void bytesBehindAHandshakeThatIsNotAnsweredYetAreNoTunnel() throws Exception {
    Vertx vertx = EventLoops.start(1);
    CountDownLatch go = new CountDownLatch(1);
    try {
      int echo =
          vertx
              .createNetServer()
              .connectHandler(socket -> socket.handler(socket::write))
              .listen(0, "127.0.0.1")
              .await(10, TimeUnit.SECONDS)
              .actualPort();
      try (TestListener server =
              new TestListener(
                  Limits.DEFAULTS,
                  Optional.empty(),
                  script(
                      exchange -> {
                        Http1ExchangeTest.await(go);
                        exchange.tunnel("/chat", "x", Headers.EMPTY);
                      }),
                  echoing(echo));
          RawClient client = RawClient.cleartext(server.port())) {
        client.send(HANDSHAKE + "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
        go.countDown();
        assertThat(client.readToEnd()).isEmpty();
      }
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void theLoopOfAnExchangeIsItsConnections() throws Exception {
    CompletableFuture<List<String>> threads = new CompletableFuture<>();
    try (TestListener server =
            TestListener.cleartext(
                script(
                    exchange -> {
                      exchange
                          .loop()
                          .execute(
                              () -> threads.complete(List.of(Thread.currentThread().getName())));
                      answer(exchange, 200, "ok");
                    }));
        RawClient client = RawClient.cleartext(server.port())) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(threads.get(10, TimeUnit.SECONDS).getFirst()).contains("eventloop");
    }
  }
}
