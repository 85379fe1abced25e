package dev.terrace.server;

import static dev.terrace.server.ListenerTest.ECHO;
import static dev.terrace.server.ListenerTest.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.flow.Exchange;
import dev.terrace.flow.HitLookup;
import dev.terrace.flow.PlainHit;
import dev.terrace.flow.PlainHits;
import dev.terrace.http.Headers;
import dev.terrace.http.RequestHead;
import dev.terrace.rules.Peer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Hits answered on the event loop, in order with everything that is not.
@Timeout(120)
class FastLaneTest {
  private static final int LARGE = 200_000;

  /// Everything below `/hit/` is one, with its target as body; below `/large/` with a long one.
  static final class Cache implements Hits {
    final AtomicInteger answered = new AtomicInteger();

    @Override
    public Optional<HitLookup> lookup(RequestHead request, Peer peer) {
      String target = request.target();
      if (!request.isGet() || !(target.startsWith("/hit/") || target.startsWith("/large/"))) {
        return Optional.empty();
      }
      Headers fields = Headers.of("Content-Type", "text/plain", "X-From", "memory");
      return Optional.of(() -> Optional.of(PlainHits.of(fields, bytes(body(target)), 7, 53)));
    }

    @Override
    public void answered(RequestHead request, Peer peer, PlainHit hit, long durationNanos) {
      answered.incrementAndGet();
    }
  }

  static String body(String target) {
    return target.startsWith("/large/") ? target + "x".repeat(LARGE) : target;
  }

  /// What the fast lane does not take: the same bodies, two interim answers below `/interim/`.
  private static void fullLane(Exchange exchange) {
    String target = exchange.request().target();
    if (target.startsWith("/interim/")) {
      exchange.interim(102, Headers.EMPTY);
      exchange.interim(103, Headers.of("Link", "</a>"));
    }
    if (exchange.request().isGet() && !target.startsWith("/miss/")) {
      try {
        ListenerTest.answer(exchange, 200, body(target));
      } catch (IOException gone) {
        throw new UncheckedIOException(gone);
      }
    } else {
      ECHO.accept(exchange);
    }
  }

  private static TestListener listener(Cache cache) throws IOException {
    return new TestListener(
        Limits.DEFAULTS, Optional.empty(), FastLaneTest::fullLane, Tunnels.NONE, cache);
  }

  private static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }

  @Test
  void aHitIsAnsweredWithItsEncodedHeadAndNothingMore() throws Exception {
    Cache cache = new Cache();
    try (TestListener server = listener(cache);
        RawClient client = RawClient.cleartext(server.port())) {
      client.send(get("/hit/1"));
      assertThat(client.readHead())
          .isEqualTo(
              RawClient.lines(
                  "HTTP/1.1 200 OK",
                  "Content-Type: text/plain",
                  "X-From: memory",
                  "Content-Length: 6",
                  "Age: 7",
                  "X-Cache: HIT",
                  "X-Cache-Layer: memory",
                  "X-Cache-TTL: 53",
                  "Cache-Status: terrace; hit; ttl=53; detail=memory",
                  "",
                  ""));
      assertThat(client.read(6)).isEqualTo("/hit/1");
      assertThat(cache.answered).hasValue(1);
      assertThat(server.listener().requestsInWork()).isZero();
    }
  }

  @Test
  void aHitOverHttp2HasTheSameFields() throws Exception {
    Cache cache = new Cache();
    try (TestListener server =
            new TestListener(
                Limits.DEFAULTS,
                Optional.of(TestCertificate.shared()),
                FastLaneTest::fullLane,
                Tunnels.NONE,
                cache);
        Http2Client client = Http2Client.open(server.port())) {
      client.get(1, ":method", "GET", ":scheme", "https", ":path", "/hit/1", ":authority", "x");
      Http2Client.Frame head = client.next();
      while (head.type() != Http2Client.HEADERS) {
        head = client.next();
      }
      var fields = client.decode(head);
      assertThat(fields.status()).hasToString("200");
      assertThat(fields.get("age")).hasToString("7");
      assertThat(fields.get("x-cache")).hasToString("HIT");
      assertThat(fields.get("x-cache-ttl")).hasToString("53");
      assertThat(fields.get("content-length")).hasToString("6");
      assertThat(fields.get("cache-status")).hasToString("terrace; hit; ttl=53; detail=memory");
      assertThat(client.outcome(1).body()).isEqualTo("/hit/1");
      client.get(3, ":method", "GET", ":scheme", "https", ":path", "/large/", ":authority", "x");
      client.frame(Http2Client.WINDOW_UPDATE, 0, 0, new byte[] {0, 15, 0, 0});
      client.frame(Http2Client.WINDOW_UPDATE, 0, 3, new byte[] {0, 15, 0, 0});
      assertThat(client.outcome(3).body()).hasSize(LARGE + 7);
      assertThat(cache.answered).hasValue(1);
    }
  }

  @Test
  void whatIsNotPlainlyHttp11IsHandedOn() throws Exception {
    Cache cache = new Cache();
    try (TestListener server = listener(cache)) {
      for (String request :
          List.of(
              "GET /hit/1 HTTP/1.0\r\n\r\n",
              "GET /hit/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
              "GET /hit/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")) {
        try (RawClient client = RawClient.cleartext(server.port())) {
          assertThat(client.send(request).readToEnd()).contains(" 200 OK").endsWith("/hit/1");
        }
      }
      assertThat(cache.answered).hasValue(0);
    }
  }

  @Test
  void nothingIsServedBehindTheLastRequestOfAConnection() throws Exception {
    Cache cache = new Cache();
    try (TestListener server = listener(cache)) {
      for (String last :
          List.of(
              "GET /miss/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
              "GET /miss/1 HTTP/1.0\r\n\r\n")) {
        try (RawClient client = RawClient.cleartext(server.port())) {
          client.send(last + get("/hit/1") + get("/miss/2"));
          assertThat(client.readToEnd()).endsWith("\r\n\r\nGET /miss/1 ");
        }
      }
      assertThat(cache.answered).hasValue(0);
    }
  }

  @Test
  void aRefusedRequestBehindHitsIsAnsweredAfterThem() throws Exception {
    Cache cache = new Cache();
    try (TestListener server = listener(cache);
        RawClient client = RawClient.cleartext(server.port())) {
      client.send(get("/hit/1") + get("/hit/2") + "GET /a\\b HTTP/1.1\r\nHost: x\r\n\r\n");
      String all = client.readToEnd();
      assertThat(all.indexOf("/hit/1")).isPositive().isLessThan(all.indexOf("/hit/2"));
      assertThat(all.indexOf("/hit/2")).isLessThan(all.indexOf("HTTP/1.1 400 "));
    }
  }

  /// A request and what its answer's body is.
  private record Asked(String request, String body) {}

  private static Asked any(Random random, int number) {
    String hit = "/hit/" + number;
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> new Asked(get(hit), hit);
      case 3 -> new Asked(get("/miss/" + number), "GET /miss/" + number + " ");
      case 4 -> new Asked(get("/interim/" + number), "/interim/" + number);
      case 5 ->
          new Asked(
              "POST " + hit + " HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody",
              "POST " + hit + " body");
      case 6 ->
          new Asked(
              "PUT "
                  + hit
                  + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                  + "2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n",
              "PUT " + hit + " body");
      default -> new Asked(get("/large/" + number), body("/large/" + number));
    };
  }

  @Test
  void orderIsKeptHoweverRequestsAreMixedAndCut() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Cache cache = new Cache();
    try (TestListener server = listener(cache)) {
      for (int round = 0; round < 25; round++) {
        try (RawClient client = RawClient.cleartext(server.port())) {
          List<Asked> asked = new ArrayList<>();
          StringBuilder all = new StringBuilder();
          for (int i = 0; i < 60; i++) {
            asked.add(any(random, i));
            all.append(asked.getLast().request());
          }
          Thread sender = Thread.ofPlatform().start(() -> sendCut(client, all.toString(), random));
          for (Asked one : asked) {
            assertThat(readBody(client)).as("seed %d", seed).isEqualTo(one.body());
          }
          sender.join();
        }
      }
      assertThat(cache.answered).hasPositiveValue();
    }
  }

  private static void sendCut(RawClient client, String all, Random random) {
    try {
      for (int from = 0; from < all.length(); ) {
        int most = random.nextInt(4) == 0 ? 2_000 : 40;
        int to = Math.min(all.length(), from + 1 + random.nextInt(most));
        client.send(all.substring(from, to));
        from = to;
      }
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /// The body of the next final answer.
  private static String readBody(RawClient client) throws IOException {
    String head = client.readHead();
    while (head.startsWith("HTTP/1.1 1")) {
      head = client.readHead();
    }
    assertThat(head).startsWith("HTTP/1.1 200 OK\r\n");
    String lower = head.toLowerCase(java.util.Locale.ROOT);
    int at = lower.indexOf("content-length: ") + "content-length: ".length();
    return client.read(Integer.parseInt(lower.substring(at, lower.indexOf('\r', at))));
  }

  @Test
  void hitsThatNobodyReadsAreNotPiledUp() throws Exception {
    Cache cache = new Cache();
    AtomicInteger fully = new AtomicInteger();
    Consumer<Exchange> counting =
        exchange -> {
          fully.incrementAndGet();
          fullLane(exchange);
        };
    try (TestListener server =
            new TestListener(Limits.DEFAULTS, Optional.empty(), counting, Tunnels.NONE, cache);
        RawClient client = RawClient.cleartext(server.port())) {
      int requests = 2_000;
      Thread sender =
          Thread.ofPlatform()
              .start(() -> sendCut(client, get("/large/1").repeat(requests), new Random(1)));
      // Of 400 MB a client that reads nothing gets what the sockets hold. Then a thread waits for
      // it, or Vert.x keeps the requests that it has read.
      AtomicInteger before = new AtomicInteger();
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .pollInterval(Duration.ofMillis(500))
          .until(
              () -> {
                int now = cache.answered.get() + fully.get();
                return now > 0 && before.getAndSet(now) == now;
              });
      assertThat(before.get()).isLessThan(200);
      for (int i = 0; i < requests; i++) {
        assertThat(readBody(client)).hasSize(LARGE + 8);
      }
      sender.join();
      assertThat(server.listener().connections()).isEqualTo(1);
    }
  }

  @Test
  void aTunnelMayFollowHits() throws Exception {
    Tunnels declining =
        (_, _, _, _, _) -> {
          throw new IllegalStateException("asked, as it should be");
        };
    Consumer<Exchange> handler =
        exchange -> {
          try {
            exchange.tunnel("/", "x", Headers.EMPTY);
          } catch (IOException gone) {
            throw new UncheckedIOException(gone);
          }
        };
    try (TestListener server =
            new TestListener(Limits.DEFAULTS, Optional.empty(), handler, declining, new Cache());
        RawClient client = RawClient.cleartext(server.port())) {
      client.send(
          get("/hit/1")
              + "GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
      assertThat(readBody(client)).isEqualTo("/hit/1");
      assertThat(client.readHead()).startsWith("HTTP/1.1 500 ");
    }
  }
}
