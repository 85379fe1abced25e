package dev.terrace;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A target whose bodies tell the path that they are of, so that a body under another path is seen;
/// fresh for an hour. Those below `/r/wide/` are 100 kB long. Safe for use by any thread.
final class PathTarget implements AutoCloseable {
  private static final int WIDE = 100_000;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile String voice = "";

  PathTarget() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String flag() {
    return "--target-url=http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// What stands before every body from now on; nothing at first.
  void speakWith(String next) {
    voice = next;
  }

  /// What it answers as long as it speaks with no other voice.
  static String body(String path) {
    String line = "This is " + path + ".\n";
    return path.startsWith("/r/wide/") ? line.repeat(WIDE / line.length()) : line;
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body =
        (voice + body(exchange.getRequestURI().getPath())).getBytes(StandardCharsets.US_ASCII);
    exchange.getResponseHeaders().add("Cache-Control", "max-age=3600");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
