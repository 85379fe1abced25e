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
import java.util.concurrent.atomic.AtomicLong;

/// A target whose every body is the generation that it is of, raised at will; what it answers is
/// fresh for an hour, has an ETag, and the tags `all` and `path-<path without slashes>`. Safe for
/// use by any thread.
final class GenerationTarget implements AutoCloseable {
  private final AtomicLong generation = new AtomicLong(1);
  private final AtomicLong asked = new AtomicLong();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  GenerationTarget() {
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

  /// From now on answers are of a later generation.
  ///
  /// @return that generation
  long raise() {
    return generation.incrementAndGet();
  }

  /// How often it was asked.
  long asked() {
    return asked.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    long now = generation.get();
    String etag = "\"g" + now + "\"";
    var headers = exchange.getResponseHeaders();
    headers.add("Cache-Control", "max-age=3600");
    headers.add("ETag", etag);
    headers.add("Cache-Tag", "all, path-" + exchange.getRequestURI().getPath().replace("/", ""));
    if (exchange.getRequestMethod().equals("POST")) {
      exchange.sendResponseHeaders(204, -1);
    } else if (etag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
      exchange.sendResponseHeaders(304, -1);
    } else {
      byte[] body = Long.toString(now).getBytes(StandardCharsets.US_ASCII);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
