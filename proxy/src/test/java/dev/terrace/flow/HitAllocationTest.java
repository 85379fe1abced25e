package dev.terrace.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.terrace.http.Headers;
import dev.terrace.http.HttpVersion;
import dev.terrace.http.RequestCheck;
import dev.terrace.http.RequestHead;
import dev.terrace.rules.Peer;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What a hit leaves for the garbage collector. The JVM counts it exactly, so that a margin is
/// needed for its versions alone; what is compiled well may leave less than was measured.
final class HitAllocationTest {
  private static final RequestCheck CHECK =
      new RequestCheck(new RequestCheck.Limits(8 << 10, 16 << 10, 100, 100));
  private static final Peer PEER = new Peer("192.0.2.1", Peer.Trust.UNTRUSTED);
  private static final Headers CURL =
      Headers.of("Host", "client.example", "User-Agent", "curl/8.0", "Accept", "*/*");
  private static final Headers BROWSER =
      Headers.of(
          "Host", "client.example",
          "Connection", "keep-alive",
          "User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
          "Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
          "Accept-Language", "en-GB,en;q=0.8,de;q=0.5",
          "Accept-Encoding", "gzip, deflate, br",
          "Sec-Fetch-Mode", "navigate",
          "Sec-Fetch-Site", "none");

  /// Measured: 1,175 bytes on JDK 25; 1,048 with compact object headers, which `./terrace` turns
  /// on.
  private static final long MOST_BYTES_CURL = 1_450;

  /// Measured: 1,336 bytes, and 1,072.
  private static final long MOST_BYTES_BROWSER = 1_600;

  /// Measured: 344 bytes, and 320.
  private static final long MOST_BYTES_KNOWN = 450;

  private static final int WARM_UP = 20_000;
  private static final int HITS = 10_000;

  @Test
  void aHitOfASmallRequestAllocatesLittle() throws Exception {
    assertThat(bytesPerHit(CURL)).isBetween(1L, MOST_BYTES_CURL);
  }

  @Test
  void aHitOfABrowserAllocatesLittle() throws Exception {
    assertThat(bytesPerHit(BROWSER)).isBetween(1L, MOST_BYTES_BROWSER);
  }

  @Test
  void aHitOfAKnownHeadAllocatesLess() throws Exception {
    try (FlowKit kit = stored()) {
      HitLookup lookup = kit.hits.lookup(checked(CURL), PEER).orElseThrow();
      byte[] head = new byte[4 << 10];
      assertThat(bytesPerRun(() -> write(lookup, head))).isBetween(1L, MOST_BYTES_KNOWN);
    }
  }

  /// Check, key, lookup, decision and head, from the decoded fields to the encoded head.
  private static long bytesPerHit(Headers fields) throws Exception {
    try (FlowKit kit = stored()) {
      byte[] head = new byte[4 << 10];
      return bytesPerRun(() -> write(kit.hits.lookup(checked(fields), PEER).orElseThrow(), head));
    }
  }

  private static FlowKit stored() throws Exception {
    FlowKit kit =
        new FlowKit(request -> ScriptedOrigin.answer(200, "stored", "Cache-Control", "max-age=60"));
    var _ = kit.get("/entry");
    return kit;
  }

  private static long bytesPerRun(Runnable hit) {
    for (int i = 0; i < WARM_UP; i++) {
      hit.run();
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < HITS; i++) {
      hit.run();
    }
    return (threads.getCurrentThreadAllocatedBytes() - before) / HITS;
  }

  private static RequestHead checked(Headers fields) {
    if (CHECK.check(
            "GET",
            "/entry",
            HttpVersion.HTTP_1_1,
            "http",
            Optional.empty(),
            Optional.empty(),
            fields)
        instanceof RequestCheck.Verdict.Sound(RequestHead request)) {
      return request;
    }
    throw new AssertionError("refused");
  }

  private static void write(HitLookup lookup, byte[] head) {
    PlainHit hit = lookup.find().orElseThrow();
    var _ = hit.head().write(head, 0, hit.ageSeconds(), hit.ttlSeconds());
  }
}
