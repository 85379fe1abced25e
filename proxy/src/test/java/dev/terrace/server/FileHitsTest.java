package dev.terrace.server;

import static dev.terrace.server.TestLimits.LONG;
import static dev.terrace.server.TestLimits.SHORT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.flow.Exchange;
import dev.terrace.flow.HitLookup;
import dev.terrace.flow.PlainHit;
import dev.terrace.flow.PlainHits;
import dev.terrace.http.Headers;
import dev.terrace.http.RequestHead;
import dev.terrace.layer.OpenBody;
import dev.terrace.rules.Peer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Bodies in open files, answered on the event loop: read where they are short, sent as they are
/// where they are long. Whatever becomes of an answer, the file is released as often as it was
/// acquired.
@Timeout(60)
class FileHitsTest {
  private static final int SHORT_BYTES = 20 << 10;
  private static final int LONG_BYTES = 1 << 20;
  private static final int AT = 77;
  private static final String FROM_THE_FULL_LANE = "from the full lane";

  @TempDir private Path directory;
  private final Map<String, TestBody> files = new ConcurrentHashMap<>();
  private final AtomicInteger answered = new AtomicInteger();

  /// A file with something before the body and after it.
  private static final class TestBody implements OpenBody {
    final FileChannel channel;
    final String content;
    final AtomicInteger acquired = new AtomicInteger();
    final AtomicInteger held = new AtomicInteger();
    volatile boolean gone;
    volatile boolean unreadable;

    TestBody(Path path, String content) throws IOException {
      Files.writeString(
          path, "x".repeat(AT) + content + "y".repeat(AT), StandardCharsets.ISO_8859_1);
      this.channel = FileChannel.open(path);
      this.content = content;
    }

    @Override
    public Hold acquire() {
      if (gone) {
        return Hold.GONE;
      }
      acquired.incrementAndGet();
      held.incrementAndGet();
      return Hold.ACQUIRED;
    }

    @Override
    public void release() {
      held.decrementAndGet();
    }

    @Override
    public FileChannel channel() {
      return channel;
    }

    @Override
    public long at() {
      return AT;
    }

    @Override
    public long bytes() {
      return content.length();
    }

    @Override
    public void read(ByteBuffer target) throws IOException {
      target.put("no".getBytes(StandardCharsets.ISO_8859_1));
      if (unreadable) {
        throw new IOException("the checksum is another");
      }
      target.position(target.position() - 2);
      while (target.hasRemaining()) {
        channel.read(target, AT + content.length() - target.remaining());
      }
    }
  }

  /// Each target that names a file is a hit of it.
  private final Hits hits =
      new Hits() {
        @Override
        public Optional<HitLookup> lookup(RequestHead request, Peer peer) {
          return Optional.ofNullable(files.get(request.target()))
              .map(file -> () -> Optional.of(PlainHits.inFile(Headers.EMPTY, file, 7, 53)));
        }

        @Override
        public void answered(RequestHead request, Peer peer, PlainHit hit, long durationNanos) {
          answered.incrementAndGet();
        }
      };

  private TestBody shortBody;
  private TestBody longBody;

  @BeforeEach
  void begin() throws IOException {
    shortBody = new TestBody(directory.resolve("short"), text(SHORT_BYTES));
    longBody = new TestBody(directory.resolve("long"), text(LONG_BYTES));
    files.put("/short", shortBody);
    files.put("/long", longBody);
  }

  @AfterEach
  void end() throws IOException {
    for (TestBody file : files.values()) {
      file.channel.close();
    }
  }

  private static String text(int length) {
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append(text.length()).append('.');
    }
    text.setLength(length);
    return text.toString();
  }

  private static void fullLane(Exchange exchange) {
    try {
      ListenerTest.answer(exchange, 200, FROM_THE_FULL_LANE);
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  private TestListener listener(Limits limits, Optional<TlsFiles> tls) throws IOException {
    return new TestListener(limits, tls, FileHitsTest::fullLane, Tunnels.NONE, hits);
  }

  private TestListener cleartext() throws IOException {
    return listener(Limits.DEFAULTS, Optional.empty());
  }

  private static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }

  private static String readBody(RawClient client) throws IOException {
    String head = client.readHead();
    assertThat(head).startsWith("HTTP/1.1 200 OK\r\n");
    String lower = head.toLowerCase(java.util.Locale.ROOT);
    int at = lower.indexOf("content-length: ") + "content-length: ".length();
    return client.read(Integer.parseInt(lower.substring(at, lower.indexOf('\r', at))));
  }

  private void awaitReleased(TestBody file) {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> file.held.get() == 0);
  }

  @Test
  void theHeadNamesTheFileLayer() throws Exception {
    try (TestListener server = cleartext();
        RawClient client = RawClient.cleartext(server.port())) {
      client.send(get("/long"));
      assertThat(client.readHead())
          .isEqualTo(
              RawClient.lines(
                  "HTTP/1.1 200 OK",
                  "Content-Length: " + LONG_BYTES,
                  "Age: 7",
                  "X-Cache: HIT",
                  "X-Cache-Layer: file",
                  "X-Cache-TTL: 53",
                  "Cache-Status: terrace; hit; ttl=53; detail=file",
                  "",
                  ""));
      assertThat(client.read(LONG_BYTES)).isEqualTo(longBody.content);
    }
  }

  @Test
  void bodiesShortAndLongLeaveInTheirOrder() throws Exception {
    try (TestListener server = cleartext();
        RawClient client = RawClient.cleartext(server.port())) {
      for (int round = 0; round < 20; round++) {
        client.send(get("/short") + get("/short") + get("/long"));
        assertThat(readBody(client)).isEqualTo(shortBody.content);
        assertThat(readBody(client)).isEqualTo(shortBody.content);
        assertThat(readBody(client)).isEqualTo(longBody.content);
      }
      assertThat(answered).hasValue(60);
      awaitReleased(longBody);
      assertThat(longBody.acquired).hasValue(20);
      assertThat(shortBody.held).hasValue(0);
    }
  }

  @Test
  void overTlsShortBodiesAreAnsweredAndLongOnesLeftToTheFullLane() throws Exception {
    try (TestListener server = listener(Limits.DEFAULTS, Optional.of(TestCertificate.shared()));
        RawClient client = RawClient.tls(server.port())) {
      client.send(get("/short"));
      assertThat(readBody(client)).isEqualTo(shortBody.content);
      client.send(get("/long"));
      assertThat(readBody(client)).isEqualTo(FROM_THE_FULL_LANE);
      assertThat(answered).hasValue(1);
      assertThat(longBody.acquired).hasValue(0);
      assertThat(shortBody.held).hasValue(0);
    }
  }

  @Test
  void overHttp2TheSame() throws Exception {
    try (TestListener server = listener(Limits.DEFAULTS, Optional.of(TestCertificate.shared()));
        Http2Client client = Http2Client.open(server.port())) {
      client.get(1, ":method", "GET", ":scheme", "https", ":path", "/short", ":authority", "x");
      client.frame(Http2Client.WINDOW_UPDATE, 0, 0, new byte[] {0, 15, 0, 0});
      client.frame(Http2Client.WINDOW_UPDATE, 0, 1, new byte[] {0, 15, 0, 0});
      assertThat(client.outcome(1).body()).isEqualTo(shortBody.content);
      client.get(3, ":method", "GET", ":scheme", "https", ":path", "/long", ":authority", "x");
      assertThat(client.outcome(3).body()).isEqualTo(FROM_THE_FULL_LANE);
      shortBody.unreadable = true;
      client.get(5, ":method", "GET", ":scheme", "https", ":path", "/short", ":authority", "x");
      assertThat(client.outcome(5).body()).isEqualTo(FROM_THE_FULL_LANE);
      shortBody.gone = true;
      client.get(7, ":method", "GET", ":scheme", "https", ":path", "/short", ":authority", "x");
      assertThat(client.outcome(7).body()).isEqualTo(FROM_THE_FULL_LANE);
      assertThat(answered).hasValue(1);
      assertThat(shortBody.held).hasValue(0);
    }
  }

  @Test
  void aFileThatIsNotWhatItWasLeavesNothingOfItsAnswerBehind() throws Exception {
    TestBody other = new TestBody(directory.resolve("other"), text(100));
    files.put("/other", other);
    shortBody.unreadable = true;
    try (TestListener server = cleartext();
        RawClient client = RawClient.cleartext(server.port())) {
      client.send(get("/other") + get("/short") + get("/other"));
      assertThat(readBody(client)).isEqualTo(other.content);
      assertThat(readBody(client)).isEqualTo(FROM_THE_FULL_LANE);
      assertThat(readBody(client)).isNotEmpty();
      assertThat(shortBody.acquired).hasValue(1);
      assertThat(shortBody.held).hasValue(0);
    }
  }

  @Test
  void aFileThatIsGoneIsLeftToTheFullLane() throws Exception {
    shortBody.gone = true;
    longBody.gone = true;
    try (TestListener server = cleartext();
        RawClient client = RawClient.cleartext(server.port())) {
      for (String target : new String[] {"/short", "/long"}) {
        client.send(get(target));
        assertThat(readBody(client)).isEqualTo(FROM_THE_FULL_LANE);
      }
      assertThat(answered).hasValue(0);
    }
  }

  @Test
  void aClientThatReadsNothingOfAFileIsGivenUpAndTheFileReleased() throws Exception {
    TestBody huge = new TestBody(directory.resolve("huge"), text(32 << 20));
    files.put("/huge", huge);
    try (TestListener server = listener(TestLimits.of(LONG, LONG, LONG, SHORT), Optional.empty());
        RawClient client = RawClient.cleartext(server.port())) {
      client.send(get("/huge"));
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> huge.acquired.get() == 1);
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> server.listener().connections() == 0);
      awaitReleased(huge);
    }
  }

  @Test
  void aClientThatLeavesInTheMiddleReleasesTheFile() throws Exception {
    TestBody huge = new TestBody(directory.resolve("huge"), text(32 << 20));
    files.put("/huge", huge);
    try (TestListener server = cleartext()) {
      try (RawClient client = RawClient.cleartext(server.port())) {
        client.send(get("/huge"));
        client.readHead();
      }
      awaitReleased(huge);
      assertThat(huge.acquired).hasValue(1);
    }
  }
}
