package dev.terrace.server;

import static dev.terrace.server.ListenerTest.ECHO;
import static dev.terrace.server.ListenerTest.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.flow.HitLookup;
import dev.terrace.flow.PlainHit;
import dev.terrace.flow.PlainHits;
import dev.terrace.http.Headers;
import dev.terrace.http.HttpVersion;
import dev.terrace.http.RequestHead;
import dev.terrace.rules.Peer;
import dev.terrace.server.KnownHeads.Known;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Heads that come again: answered without being parsed, and never otherwise than if they were.
@Timeout(120)
class KnownHeadsTest {
  private static final Peer PEER = new Peer("192.0.2.1", Peer.Trust.UNTRUSTED);

  /// A request that is refused, so that the server closes behind the answers before it.
  private static final String END = "GET /a\\b HTTP/1.1\r\nHost: x\r\n\r\n";

  /// Every GET below `/hit/` is a hit, with its target and the state of the cache as body.
  private static final class Cache implements Hits {
    final AtomicInteger lookups = new AtomicInteger();
    final AtomicInteger answered = new AtomicInteger();
    final AtomicInteger policies = new AtomicInteger();
    volatile boolean isEmpty;

    @Override
    public Optional<HitLookup> lookup(RequestHead request, Peer peer) {
      lookups.incrementAndGet();
      String target = request.target();
      if (!request.isGet() || !target.startsWith("/hit/")) {
        return Optional.empty();
      }
      int made = policies.get();
      return Optional.of(() -> find(target, made));
    }

    private Optional<PlainHit> find(String target, int made) {
      if (isEmpty || made != policies.get()) {
        return Optional.empty();
      }
      Headers fields = Headers.of("Content-Type", "text/plain");
      return Optional.of(PlainHits.of(fields, bytes(target + " " + made + "\n"), 7, 53));
    }

    @Override
    public void answered(RequestHead request, Peer peer, PlainHit hit, long durationNanos) {
      answered.incrementAndGet();
    }
  }

  private static TestListener listener(Hits hits) throws IOException {
    return new TestListener(Limits.DEFAULTS, Optional.empty(), ECHO, Tunnels.NONE, hits);
  }

  private static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }

  /// What comes back on a new connection, to its end, without what depends on the time.
  private static String answers(TestListener server, String... parts) throws IOException {
    try (RawClient client = RawClient.cleartext(server.port())) {
      for (String part : parts) {
        client.send(part);
      }
      return client.readToEnd().replaceAll("(?i)date: .*\r\n", "");
    }
  }

  /// Makes a head known on every event loop: connections go to them in turn.
  private static void know(TestListener server, String head) throws IOException {
    for (int loop = 0; loop < 4; loop++) {
      answers(server, head + head + END);
    }
  }

  private static ByteBuf buffer(String text) {
    return Unpooled.wrappedBuffer(bytes(text));
  }

  private static Known known(String head, Peer peer) {
    RequestHead request =
        new RequestHead("GET", "http", "x", "/", Headers.EMPTY, HttpVersion.HTTP_1_1);
    byte[] bytes = new byte[head.length()];
    bytes(head).get(bytes);
    return new Known(bytes, peer, request, Optional::empty);
  }

  @Test
  void a_head_is_known_by_all_its_bytes_and_its_peer_and_only_where_it_is_whole() {
    KnownHeads heads = new KnownHeads();
    Known known = known(get("/hit/1"), PEER);
    heads.add(known);

    assertThat(heads.find(buffer(get("/hit/1")), PEER)).isSameAs(known);
    assertThat(heads.find(buffer(get("/hit/1") + "rest"), PEER)).isSameAs(known);
    assertThat(heads.find(buffer(get("/hit/1") + get("/hit/2")), PEER)).isSameAs(known);
    assertThat(heads.find(buffer(get("/hit/2")), PEER)).isNull();
    for (int cut = 0; cut < known.bytes().length; cut++) {
      assertThat(heads.find(buffer(get("/hit/1").substring(0, cut)), PEER)).isNull();
    }
    assertThat(heads.find(buffer(get("/hit/1")), new Peer(PEER.address(), Peer.Trust.TRUSTED)))
        .isNull();
    assertThat(heads.find(buffer(get("/hit/1")), new Peer("192.0.2.2", PEER.trust()))).isNull();

    heads.remove(known);
    assertThat(heads.find(buffer(get("/hit/1")), PEER)).isNull();
  }

  @Test
  void a_head_has_come_before_from_its_second_time_on_and_only_if_it_is_not_too_long() {
    KnownHeads heads = new KnownHeads();
    for (int length : new int[] {KnownHeads.MOST_BYTES, KnownHeads.MOST_BYTES + 1}) {
      String head = get("/" + "x".repeat(length - get("/").length()));
      assertThat(head).hasSize(length);
      assertThat(heads.find(buffer(head), PEER)).isNull();
      assertThat(heads.cameBefore()).isFalse();
      assertThat(heads.find(buffer(head), PEER)).isNull();
      assertThat(heads.cameBefore()).isEqualTo(length <= KnownHeads.MOST_BYTES);
    }
  }

  @Test
  void a_head_that_was_answered_twice_is_answered_without_being_parsed() throws Exception {
    Cache cache = new Cache();
    try (TestListener server = listener(cache)) {
      String all = answers(server, get("/hit/1").repeat(10) + END);
      String first = all.substring(0, all.indexOf("/hit/1 0\n") + "/hit/1 0\n".length());
      assertThat(all).startsWith(first.repeat(10) + "HTTP/1.1 400 ");
      assertThat(cache.answered).hasValue(10);
      assertThat(cache.lookups).hasValue(2);
    }
  }

  @Test
  void a_head_that_differs_in_one_byte_is_another_request() throws Exception {
    String head = get("/hit/1");
    Cache cache = new Cache();
    try (TestListener knowing = listener(cache);
        TestListener fresh = listener(new Cache())) {
      know(knowing, head);
      for (char other : "2 \r\n:".toCharArray()) {
        for (int i = 0; i < head.length(); i++) {
          String changed = head.substring(0, i) + other + head.substring(i + 1);
          assertThat(answers(knowing, head + changed + END))
              .as("byte %d is %d", i, (int) other)
              .isEqualTo(answers(fresh, head + changed + END));
        }
      }
    }
  }

  @Test
  void a_known_head_that_comes_in_two_parts_is_answered_as_ever() throws Exception {
    String head = get("/hit/1");
    try (TestListener server = listener(new Cache())) {
      know(server, head);
      String whole = answers(server, head + head + END);
      for (int cut = 1; cut < head.length(); cut++) {
        try (RawClient client = RawClient.cleartext(server.port())) {
          client.send(head + head.substring(0, cut));
          String first = client.readHead() + client.read("/hit/1 0\n".length());
          client.send(head.substring(cut) + END);
          assertThat(first + client.readToEnd().replaceAll("(?i)date: .*\r\n", ""))
              .isEqualTo(whole);
        }
      }
    }
  }

  @Test
  void what_stands_after_the_head_is_no_part_of_it() throws Exception {
    // The end of a known head is also that of one with a body, and may stand in a body.
    Cache cache = new Cache();
    try (TestListener knowing = listener(cache);
        TestListener fresh = listener(new Cache())) {
      know(knowing, get("/hit/1"));
      for (String request :
          new String[] {
            "POST /hit/1 HTTP/1.1\r\nHost: x\r\nContent-Length: "
                + get("/hit/1").length()
                + "\r\n\r\n"
                + get("/hit/1"),
            "GET /hit/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody",
            "GET /hit/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
            "GET /hit/1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "4\r\nbody\r\n0\r\n\r\n",
            "\r\n" + get("/hit/1"),
            "\r\n\r\n" + get("/hit/1"),
            get("/hit/1").repeat(2) + "GET /miss/1 HTTP/1.1\r\nHost: x\r\n\r\n"
          }) {
        String sent = request.repeat(3) + get("/hit/1") + END;
        assertThat(answers(knowing, sent)).isEqualTo(answers(fresh, sent));
      }
    }
  }

  @Test
  void a_head_of_http_1_0_or_one_that_ends_the_connection_is_never_known() throws Exception {
    Cache cache = new Cache();
    try (TestListener server = listener(cache)) {
      for (String head :
          new String[] {
            "GET /hit/1 HTTP/1.0\r\n\r\n",
            "GET /hit/1 HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n",
            "GET /hit/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
          }) {
        for (int i = 0; i < 8; i++) {
          assertThat(answers(server, head + END)).contains("\r\n\r\nGET /hit/1 ");
        }
      }
      assertThat(cache.answered).hasValue(0);
    }
  }

  @Test
  void nothing_is_answered_behind_the_last_request_of_a_connection() throws Exception {
    Cache cache = new Cache();
    try (TestListener server = listener(cache)) {
      know(server, get("/hit/1"));
      int before = cache.answered.get();
      String last = "GET /miss/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      assertThat(answers(server, last + get("/hit/1"))).endsWith("\r\n\r\nGET /miss/1 ");
      assertThat(cache.answered).hasValue(before);
    }
  }

  @Test
  void a_known_head_waits_for_the_answers_before_its_own() throws Exception {
    try (TestListener server = listener(new Cache())) {
      know(server, get("/hit/1"));
      String all = answers(server, get("/miss/1") + get("/hit/1") + END);
      assertThat(all.indexOf("GET /miss/1 ")).isPositive().isLessThan(all.indexOf("/hit/1"));
    }
  }

  @Test
  void what_is_known_does_not_outlive_the_policies_that_it_was_found_by() throws Exception {
    Cache cache = new Cache();
    try (TestListener server = listener(cache)) {
      know(server, get("/hit/1"));
      cache.policies.set(1);
      for (int i = 0; i < 4; i++) {
        assertThat(answers(server, get("/hit/1").repeat(3) + END))
            .contains("/hit/1 1\n")
            .doesNotContain("/hit/1 0\n");
      }
      // It is known anew.
      int lookups = cache.lookups.get();
      answers(server, get("/hit/1").repeat(9) + END);
      assertThat(cache.lookups).hasValue(lookups);
    }
  }

  @Test
  void a_known_head_that_memory_no_longer_answers_goes_to_the_full_lane() throws Exception {
    Cache cache = new Cache();
    try (TestListener server = listener(cache)) {
      know(server, get("/hit/1"));
      cache.isEmpty = true;
      assertThat(answers(server, get("/hit/1") + END)).contains("\r\n\r\nGET /hit/1 HTTP/1.1 400 ");
      cache.isEmpty = false;
      assertThat(answers(server, get("/hit/1") + END)).contains("/hit/1 0\n");
    }
  }
}
