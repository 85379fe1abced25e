package dev.terrace;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/// A run that shows the JVM what a start and the first requests load, for the AOT cache that
/// `./terrace` makes: the demo on a free port sends itself a few requests and ends.
final class Training {
  /// The system property that asks for it; no option, since operators have no use for it.
  private static final String PROPERTY = "terrace.training";

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /// A miss, a hit, a validation, a bypass, an invalidation, the admin API.
  private static final List<String> REQUESTS =
      List.of(
          "GET /products/1",
          "GET /products/1",
          "GET /stock/1",
          "GET /stock/1",
          "GET /account",
          "POST /products/1",
          "PURGE /products/1",
          "GET /cache/stats",
          "GET /metrics");

  private Training() {}

  static boolean isAsked() {
    return Boolean.getBoolean(PROPERTY);
  }

  /// @param port on the loopback interface
  /// @throws IOException if some request was not answered in time
  static void on(int port) throws IOException {
    for (String request : REQUESTS) {
      send(port, request);
    }
  }

  /// Sends the request and another behind it on one connection, which ends with that.
  private static void send(int port, String request) throws IOException {
    String both = head(request, "Accept: */*") + head("GET /health", "Connection: close");
    try (Socket socket = new Socket()) {
      socket.setSoTimeout((int) DEADLINE.toMillis());
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      socket.getOutputStream().write(both.getBytes(StandardCharsets.US_ASCII));
      String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!answers.startsWith("HTTP/1.1 2")) {
        throw new IOException("training: " + request + " was not answered");
      }
    }
  }

  private static String head(String request, String field) {
    return request + " HTTP/1.1\r\nHost: localhost\r\n" + field + "\r\n\r\n";
  }
}
