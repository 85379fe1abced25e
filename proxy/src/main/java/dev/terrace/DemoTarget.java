package dev.terrace;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.terrace.http.Headers;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The sample target of `terrace demo`: a slow shop on a free port of the loopback interface, whose
/// answers show one thing each that a cache does. What it knows is gone when it is closed. Safe for
/// use by any thread; who started it closes it.
final class DemoTarget implements AutoCloseable {
  /// How long an answer takes, so that a hit can be felt.
  static final Duration SLOW = Duration.ofMillis(150);

  private static final int PRODUCTS = 100;
  private static final int EVENTS = 30;
  private static final Pattern PRODUCT = Pattern.compile("/(products|stock)/([1-9][0-9]{0,2})");
  private static final Map<String, String> GREETINGS =
      new TreeMap<>(Map.of("de", "Guten Tag", "en", "Hello", "fr", "Bonjour", "ja", "こんにちは"));

  private record Reply(int status, String json, Headers headers) {
    /// @param fields a name and a value by turns
    Reply(int status, String json, String... fields) {
      this(status, json, Headers.of(fields));
    }
  }

  private final Duration delay;
  private final Duration eventInterval;
  private final InstantSource clock;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /// How often each product was changed.
  private final Map<Integer, Integer> revisions = new ConcurrentHashMap<>();

  private DemoTarget(Duration delay, Duration eventInterval, InstantSource clock)
      throws IOException {
    this.delay = delay;
    this.eventInterval = eventInterval;
    this.clock = clock;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
  }

  /// @param delay before every answer
  /// @param eventInterval between two events of /events
  /// @throws IOException if there is no free port
  static DemoTarget start(Duration delay, Duration eventInterval, InstantSource clock)
      throws IOException {
    DemoTarget target = new DemoTarget(delay, eventInterval, clock);
    target.server.start();
    return target;
  }

  /// For --target-url.
  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /// What a newcomer may try next.
  ///
  /// @param proxy where Terrace answers, as curl takes it, api-prefix included
  /// @param admin where its admin API is, with the admin path
  String hints(String proxy, String admin) {
    return """
        A slow sample shop answers at %1$s; Terrace is before it at http://%2$s
        Try in another shell, each line twice:

          curl -sD- %2$s/products/1      MISS after 150 ms, then HIT from memory
          curl -sD- %2$s/stock/1         asked every time, but only whether it changed: REVALIDATED
          curl -sD- -H 'Accept-Language: de' %2$s/greeting
                                         one variant a language (Vary)
          curl -sD- %2$s/account         has a cookie, so it is never stored: Cache-Status says so
          curl -sX POST %2$s/products/1  a new price: /products/1 is a MISS again
          curl -sX PURGE %2$s/products/1 the same without a change
          curl -sN %2$s/events           a stream, passed on as it comes
          curl -s %3$s/stats             what was saved so far

        Ctrl-C ends both.
        """
        .formatted(url(), proxy, admin);
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
        send(exchange, reply(exchange, path));
      }
    } catch (InterruptedException e) {
      // The demo is over: closing the exchange breaks the answer off.
      Thread.currentThread().interrupt();
    }
  }

  private static String length(HttpExchange exchange) {
    String length = exchange.getRequestHeaders().getFirst("Content-Length");
    return length == null ? "0" : length;
  }

  private Reply reply(HttpExchange exchange, String path) {
    Matcher product = PRODUCT.matcher(path);
    if (product.matches() && Integer.parseInt(product.group(2)) <= PRODUCTS) {
      int id = Integer.parseInt(product.group(2));
      return exchange.getRequestMethod().equals("POST")
          ? changed(id)
          : product(id, product.group(1));
    }
    return switch (path) {
      case "/" -> new Reply(200, "{\"try\": \"/products/1\"}", "Cache-Control", "max-age=60");
      case "/products" ->
          new Reply(
              200,
              "{\"products\": " + PRODUCTS + ", \"first\": \"/products/1\"}",
              "Cache-Control",
              "max-age=30",
              "Surrogate-Key",
              "products");
      case "/greeting" -> greeting(exchange);
      case "/news" ->
          new Reply(
              200,
              "{\"at\": \"" + clock.instant() + "\"}",
              "Cache-Control",
              "max-age=5, stale-while-revalidate=60");
      case "/time" ->
          new Reply(200, "{\"now\": \"" + clock.instant() + "\"}", "Cache-Control", "no-store");
      case "/account" ->
          new Reply(
              200,
              "{\"hello\": \"you\"}",
              "Cache-Control",
              "max-age=60",
              "Set-Cookie",
              "session=demo; HttpOnly");
      case "/plain" -> new Reply(200, "{\"lifetime\": \"not stated: try --cache-ttl 60\"}");
      case "/error" -> new Reply(500, "{\"error\": \"as asked\"}");
      default -> new Reply(404, "{\"error\": \"not found\"}");
    };
  }

  /// A product lives for a minute; its stock is to be confirmed at every use.
  private Reply product(int id, String kind) {
    int revision = revisions.getOrDefault(id, 0);
    String etag = "\"" + kind + "-" + id + "-" + revision + "\"";
    boolean isStock = kind.equals("stock");
    String json =
        isStock
            ? "{\"id\": %d, \"inStock\": %d}".formatted(id, 10 + id % 7)
            : "{\"id\": %d, \"name\": \"Product %d\", \"cents\": %d}"
                .formatted(id, id, 100 * id - 1 + revision);
    return new Reply(
        200,
        json,
        "Cache-Control",
        isStock ? "no-cache" : "max-age=60",
        "ETag",
        etag,
        "Surrogate-Key",
        "products product-" + id);
  }

  private Reply changed(int id) {
    int revision = revisions.merge(id, 1, Integer::sum);
    return new Reply(200, "{\"id\": %d, \"revision\": %d}".formatted(id, revision));
  }

  private static Reply greeting(HttpExchange exchange) {
    String wanted = exchange.getRequestHeaders().getFirst("Accept-Language");
    String language =
        wanted == null || wanted.length() < 2 || !GREETINGS.containsKey(wanted.substring(0, 2))
            ? "en"
            : wanted.substring(0, 2);
    return new Reply(
        200,
        "{\"greeting\": \"" + GREETINGS.get(language) + "\"}",
        "Cache-Control",
        "max-age=60",
        "Content-Language",
        language,
        "Vary",
        "Accept-Language");
  }

  private static void send(HttpExchange exchange, Reply reply) throws IOException {
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
