package dev.terrace.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.rules.Peer;
import dev.terrace.server.EventLoops;
import dev.terrace.server.Limits;
import dev.terrace.server.Listener;
import dev.terrace.server.ListenerSettings;
import dev.terrace.server.Tunnels;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The admin API as a listener serves it, byte by byte.
final class AdminOverSocketsTest {
  private static final int PATIENCE_MILLIS = 20_000;

  private final AdminFixture admin = new AdminFixture();
  private Vertx vertx;
  private Listener listener;
  private int port;

  @BeforeEach
  void start() throws IOException {
    vertx = EventLoops.start(1);
    listener =
        new Listener(
            vertx,
            new ListenerSettings("127.0.0.1", 0, 1, Optional.empty(), Limits.DEFAULTS),
            address -> new Peer(address, Peer.Trust.UNTRUSTED),
            admin.api::handle,
            Tunnels.NONE,
            dev.terrace.server.Hits.NONE,
            dev.terrace.server.Refusals.NONE);
    port = listener.start();
  }

  @AfterEach
  void stop() {
    listener.close();
    vertx.close().await();
  }

  @Test
  void getAndHeadAgreeInEverythingButTheBody() throws IOException {
    String get = ask("GET /health HTTP/1.1", "localhost", "");
    String head = ask("HEAD /health HTTP/1.1", "localhost", "");
    assertThat(get).startsWith("HTTP/1.1 200 ").contains("\r\n\r\n{");
    assertThat(head).endsWith("\r\n\r\n");
    assertThat(field(head, "content-length")).isEqualTo(field(get, "content-length"));
  }

  @Test
  void purgeByCurlReachesTheTables() throws IOException {
    var entry = admin.store("/products/1");
    String answer = ask("PURGE /products/1 HTTP/1.1", "localhost:4000", "");
    assertThat(answer).startsWith("HTTP/1.1 200 ").contains("\"applied\"");
    assertThat(admin.judge(entry)).isEqualTo(dev.terrace.purge.Verdict.PURGED);
  }

  @Test
  void aBodyArrivesWholeWhetherItsLengthIsToldOrNot() throws IOException {
    var entry = admin.storeTagged("/a", "one");
    String json = "{\"tags\":[\"one\"]}";
    String length =
        ask(
            "POST /cache/purge HTTP/1.1",
            "localhost",
            "Content-Type: application/json\r\nContent-Length: " + json.length() + "\r\n",
            json);
    assertThat(length).startsWith("HTTP/1.1 200 ");
    assertThat(admin.judge(entry)).isEqualTo(dev.terrace.purge.Verdict.PURGED);
    String chunked =
        ask(
            "POST /cache/purge HTTP/1.1",
            "localhost",
            "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n",
            chunks("{\"tag", "s\":[\"one\"]", "}", ""));
    assertThat(chunked).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void aWebPageBehindARebindingNameIsRefused() throws IOException {
    assertThat(ask("GET /cache/stats HTTP/1.1", "evil.example:" + port, ""))
        .startsWith("HTTP/1.1 403 ")
        .contains("application/problem+json")
        .doesNotContainIgnoringCase("access-control-");
    assertThat(ask("DELETE /cache HTTP/1.1", "localhost", "Origin: https://evil.example\r\n"))
        .startsWith("HTTP/1.1 403 ");
    assertThat(admin.events).isEmpty();
  }

  private static String chunks(String... parts) {
    StringBuilder body = new StringBuilder();
    for (String part : parts) {
      body.append(Integer.toHexString(part.length())).append("\r\n").append(part).append("\r\n");
    }
    return body.toString();
  }

  private String ask(String line, String host, String fields) throws IOException {
    return ask(line, host, fields, "");
  }

  /// On a connection of its own, to its end.
  private String ask(String line, String host, String fields, String body) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      String request =
          line + "\r\nHost: " + host + "\r\nConnection: close\r\n" + fields + "\r\n" + body;
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String field(String answer, String name) {
    return answer
        .lines()
        .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith(name + ":"))
        .findFirst()
        .orElseThrow();
  }
}
