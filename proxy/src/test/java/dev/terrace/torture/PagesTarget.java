package dev.terrace.torture;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// A target whose every body is the generation that the page had when it was asked for; it takes
/// its time to tell, so that purges come meanwhile. Safe for use by any thread.
final class PagesTarget implements AutoCloseable {
  private static final int USUAL_MILLIS = 15;
  private static final int SLOW_MILLIS = 400;

  /// One answer in so many is slow.
  private static final int SLOW_SHARE = 20;

  private final AtomicLongArray generations = new AtomicLongArray(Page.COUNT);
  private final AtomicLong asked = new AtomicLong();
  private final Map<String, Page> pages =
      Page.ALL.stream().collect(Collectors.toMap(Page::path, Function.identity()));
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final RandomGenerator random;
  private final HttpServer server;

  PagesTarget(RandomGenerator random) throws IOException {
    this.random = random;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String flag() {
    return "--target-url=http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// From now on answers of this page are of a later generation.
  ///
  /// @return that generation
  long raise(Page page) {
    return generations.incrementAndGet(page.index());
  }

  long generation(Page page) {
    return generations.get(page.index());
  }

  /// How often it was asked.
  long asked() {
    return asked.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    Page page = pages.get(exchange.getRequestURI().getPath());
    if (page == null) {
      exchange.sendResponseHeaders(404, -1);
      exchange.close();
      return;
    }
    long generation = generation(page);
    dawdle();
    String etag = "\"g" + generation + "\"";
    var headers = exchange.getResponseHeaders();
    headers.add("Cache-Control", "max-age=3600");
    headers.add("ETag", etag);
    headers.add("Cache-Tag", page.tags());
    if (etag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
      exchange.sendResponseHeaders(304, -1);
    } else {
      byte[] body = Long.toString(generation).getBytes(StandardCharsets.US_ASCII);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  /// Latency of a target; it ends with the target.
  private void dawdle() throws IOException {
    int most;
    synchronized (random) {
      most = random.nextInt(random.nextInt(SLOW_SHARE) == 0 ? SLOW_MILLIS : USUAL_MILLIS);
    }
    try {
      if (end.await(most, TimeUnit.MILLISECONDS)) {
        throw new IOException("the target ends");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    end.countDown();
    server.stop(0);
    threads.close();
  }
}
