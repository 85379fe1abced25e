package dev.terrace;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.terrace.http.Headers;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The sample target of `terrace demo`: a [DemoShop] behind a slow HTTP server on the loopback
/// interface. Safe for use by any thread; who started it closes it.
final class DemoTarget implements AutoCloseable {
  /// How long an answer takes, so that a hit can be felt.
  static final Duration SLOW = Duration.ofMillis(150);

  /// Where it is if nothing else is there: what Terrace stored of it is found again after a
  /// restart, since the target's port is part of the keys.
  static final int PORT = 14_000;

  private static final int EVENTS = 30;

  private final Duration delay;
  private final Duration eventInterval;
  private final InstantSource clock;
  private final DemoShop shop;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private DemoTarget(int port, Duration delay, Duration eventInterval, InstantSource clock)
      throws IOException {
    this.delay = delay;
    this.eventInterval = eventInterval;
    this.clock = clock;
    this.shop = new DemoShop(clock);
    server = listen(port);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
  }

  private static HttpServer listen(int port) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try {
      return HttpServer.create(new InetSocketAddress(loopback, port), 0);
    } catch (BindException e) {
      return HttpServer.create(new InetSocketAddress(loopback, 0), 0);
    }
  }

  /// @param port the one to have if it is free; 0 for any
  /// @param delay before every answer
  /// @param eventInterval between two events of /events
  /// @throws IOException if there is no free port
  static DemoTarget start(int port, Duration delay, Duration eventInterval, InstantSource clock)
      throws IOException {
    DemoTarget target = new DemoTarget(port, delay, eventInterval, clock);
    target.server.start();
    return target;
  }

  /// For --target-url.
  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /// What a newcomer may try next.
  ///
  /// @param scheme by which Terrace is asked
  /// @param proxy where it answers, api-prefix included
  /// @param admin where its admin API is, with the admin path
  String hints(String scheme, String proxy, String admin) {
    // The certificate of a laptop is seldom one that curl believes.
    boolean isTls = scheme.equals("https");
    String curl = isTls ? "curl -k" : "curl";
    String before = isTls ? "https://" : "";
    return """
        A slow sample shop answers at %1$s; Terrace is before it at %5$s://%6$s
        Try in another shell, each line twice:

          %4$s -sD- %2$s/products/1      MISS after 150 ms, then HIT from memory
          %4$s -sD- %2$s/stock/1         asked every time, but only whether it changed: REVALIDATED
          %4$s -sD- -H 'Accept-Language: de' %2$s/greeting
                                         one variant a language (Vary)
          %4$s -sD- %2$s/account         has a cookie, so it is never stored: Cache-Status says so
          %4$s -sX POST %2$s/products/1  a new price: /products/1 is a MISS again
          %4$s -sX PURGE %2$s/products/1 the same without a change
          %4$s -sN %2$s/events           a stream, passed on as it comes
          %4$s -s %3$s/stats             what was saved so far

        Ctrl-C ends both. Started again, the product is a HIT from its file, then from memory.
        """
        .formatted(url(), before + proxy, before + admin, curl, scheme, proxy);
  }

  /// Breaks off what is under way.
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().skipNBytes(Long.parseLong(length(exchange)));
      Thread.sleep(delay);
      String path = exchange.getRequestURI().getPath();
      if (path.equals("/events")) {
        streamEvents(exchange);
      } else {
        send(exchange, shop.reply(exchange.getRequestMethod(), path, language(exchange)));
      }
    } catch (InterruptedException e) {
      // The demo is over: closing the exchange breaks the answer off.
      Thread.currentThread().interrupt();
    }
  }

  private static String length(HttpExchange exchange) {
    return exchange.getRequestHeaders().getOrDefault("Content-Length", List.of("0")).getFirst();
  }

  private static String language(HttpExchange exchange) {
    return exchange.getRequestHeaders().getOrDefault("Accept-Language", List.of("")).getFirst();
  }

  private static void send(HttpExchange exchange, DemoShop.Reply reply) throws IOException {
    for (Headers.Field field : reply.headers()) {
      exchange.getResponseHeaders().add(field.name(), field.value());
    }
    String etag = exchange.getResponseHeaders().getFirst("ETag");
    if (etag != null && etag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
      exchange.sendResponseHeaders(304, -1);
      return;
    }
    byte[] body = (reply.json() + "\n").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().add("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(reply.status(), -1);
      return;
    }
    exchange.sendResponseHeaders(reply.status(), body.length);
    exchange.getResponseBody().write(body);
  }

  private void streamEvents(HttpExchange exchange) throws IOException, InterruptedException {
    exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
    exchange.getResponseHeaders().add("Cache-Control", "no-store");
    exchange.sendResponseHeaders(200, 0);
    OutputStream body = exchange.getResponseBody();
    for (int i = 1; i <= EVENTS; i++) {
      String event = "data: {\"event\": " + i + ", \"at\": \"" + clock.instant() + "\"}\n\n";
      body.write(event.getBytes(StandardCharsets.UTF_8));
      body.flush();
      Thread.sleep(eventInterval);
    }
  }
}
