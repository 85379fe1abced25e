package dev.terrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Bodies of 256 MiB, down and up, through a Terrace with a heap of 64 MiB: a process of its own.
/// Every byte is compared by digest.
final class LargeBodyTest {
  private static final long BODY_BYTES = 256L << 20;
  private static final long PATIENCE_SECONDS = 60;

  @TempDir private static Path directory;

  private static HttpServer target;
  private static Certificate certificate;
  private static Process cleartext;
  private static Process tls;
  private static int cleartextPort;
  private static int tlsPort;

  @BeforeAll
  static void start() throws Exception {
    certificate = Certificate.make(directory);
    target = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    target.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    target.createContext("/", LargeBodyTest::serve);
    target.start();
    cleartextPort = freePort();
    cleartext = terrace(cleartextPort, List.of());
    tlsPort = freePort();
    tls =
        terrace(
            tlsPort,
            List.of(
                "--tls-cert",
                certificate.chain().toString(),
                "--tls-key",
                certificate.key().toString()));
    awaitReady(cleartextPort);
    awaitReady(tlsPort);
  }

  @AfterAll
  static void stop() throws Exception {
    for (Process process : List.of(cleartext, tls)) {
      process.destroy();
      process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
    target.stop(0);
  }

  @ParameterizedTest
  @EnumSource(Scenario.Protocol.class)
  void aBodyOf256MiBComesDownThroughAHeapOf64MiB(Scenario.Protocol protocol) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(origin(protocol) + "/large")).build();
    HttpResponse<InputStream> response = client().send(request, BodyHandlers.ofInputStream());

    assertThat(response.version()).isEqualTo(version(protocol));
    assertThat(response.statusCode()).isEqualTo(200);
    try (InputStream body = response.body()) {
      assertThat(LargeBody.digest(body)).isEqualTo(LargeBody.digest(new LargeBody(BODY_BYTES)));
    }
  }

  @ParameterizedTest
  @EnumSource(Scenario.Protocol.class)
  void aBodyOf256MiBGoesUpThroughAHeapOf64MiB(Scenario.Protocol protocol) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(origin(protocol) + "/upload"))
            .PUT(
                BodyPublishers.fromPublisher(
                    BodyPublishers.ofInputStream(() -> new LargeBody(BODY_BYTES)), BODY_BYTES))
            .build();
    HttpResponse<String> response = client().send(request, BodyHandlers.ofString());

    assertThat(response.version()).isEqualTo(version(protocol));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(LargeBody.digest(new LargeBody(BODY_BYTES)));
  }

  /// Sends a large body down, and of one that comes up the digest back.
  private static void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (exchange.getRequestMethod().equals("GET")) {
        exchange.getResponseHeaders().add("Cache-Control", "max-age=60");
        exchange.sendResponseHeaders(200, BODY_BYTES);
        try (OutputStream out = exchange.getResponseBody();
            InputStream body = new LargeBody(BODY_BYTES)) {
          body.transferTo(out);
        }
      } else {
        byte[] digest =
            LargeBody.digest(exchange.getRequestBody()).getBytes(StandardCharsets.US_ASCII);
        exchange.sendResponseHeaders(200, digest.length);
        exchange.getResponseBody().write(digest);
      }
    }
  }

  private static HttpClient client() {
    return HttpClient.newBuilder().sslContext(certificate.trust()).build();
  }

  private static String origin(Scenario.Protocol protocol) {
    return switch (protocol) {
      case HTTP_1 -> "http://localhost:" + cleartextPort;
      case HTTP_2 -> "https://localhost:" + tlsPort;
    };
  }

  private static HttpClient.Version version(Scenario.Protocol protocol) {
    return switch (protocol) {
      case HTTP_1 -> HttpClient.Version.HTTP_1_1;
      case HTTP_2 -> HttpClient.Version.HTTP_2;
    };
  }

  private static Process terrace(int port, List<String> flags) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.terrace.Main",
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--file-cache-dir=" + directory.resolve("files-" + port),
                "--target-url",
                "http://127.0.0.1:" + target.getAddress().getPort()));
    command.addAll(flags);
    return new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("terrace-" + port + ".log").toFile())
        .start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private static void awaitReady(int port) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!isReady(port)) {
      if (System.nanoTime() > deadline) {
        String log = java.nio.file.Files.readString(directory.resolve("terrace-" + port + ".log"));
        throw new AssertionError("Terrace does not become ready:\n" + log);
      }
      Thread.sleep(50);
    }
  }

  private static boolean isReady(int port) throws InterruptedException {
    String scheme = port == tlsPort ? "https" : "http";
    URI ready = URI.create(scheme + "://localhost:" + port + "/ready");
    try {
      HttpRequest request = HttpRequest.newBuilder(ready).build();
      return client().send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }
}
