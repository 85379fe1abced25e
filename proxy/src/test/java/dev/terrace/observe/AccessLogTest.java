package dev.terrace.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.http.HttpVersion;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.MissReason;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class AccessLogTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-24T06:40:12.345Z"));
  private static final Event.Answered HIT =
      new Event.Answered(
          "192.0.2.1",
          "GET",
          "shop.example/products/1?token=***",
          HttpVersion.HTTP_2,
          200,
          123,
          Outcome.HIT,
          Optional.of(LayerName.MEMORY),
          Optional.empty(),
          "products",
          "ab12",
          3,
          57,
          150_000,
          -1,
          "4bf92f3577b34da6a3ce929d0e0e4736");
  private static final Event.Answered MISS =
      new Event.Answered(
          "192.0.2.1",
          "GET",
          "shop.example/a",
          HttpVersion.HTTP_1_1,
          502,
          0,
          Outcome.MISS,
          Optional.empty(),
          Optional.of(MissReason.URI_MISS),
          "",
          "",
          -1,
          -1,
          2_000_000,
          1_500_000,
          "");

  @TempDir Path directory;

  @Test
  void aLineIsInCommonFormWithWhatTheCacheDidBehindIt() throws IOException {
    assertThat(logged(AccessLogFormat.COMMON, HIT, MISS))
        .containsExactly(
            "192.0.2.1 - - [24/Nov/2026:06:40:12 +0000] \"GET shop.example/products/1?token=*** HTTP/2\""
                + " 200 123 hit memory - \"products\" ab12 3 57 -"
                + " 4bf92f3577b34da6a3ce929d0e0e4736",
            "192.0.2.1 - - [24/Nov/2026:06:40:12 +0000] \"GET shop.example/a HTTP/1.1\" 502 0 miss"
                + " - uri-miss \"-\" - - - 1.500 -");
  }

  @Test
  void aLineIsOneJsonObjectWithoutWhatIsNotKnown() throws IOException {
    assertThat(logged(AccessLogFormat.JSON, HIT, MISS))
        .containsExactly(
            "{\"time\":\"2026-11-24T06:40:12.345Z\",\"peer\":\"192.0.2.1\",\"method\":\"GET\","
                + "\"url\":\"shop.example/products/1?token=***\",\"protocol\":\"HTTP/2\",\"status\":200,\"bytes\":123,"
                + "\"durationMillis\":0.15,\"outcome\":\"hit\",\"layer\":\"memory\","
                + "\"rule\":\"products\",\"key\":\"ab12\",\"ageSeconds\":3,\"ttlSeconds\":57,"
                + "\"traceId\":\"4bf92f3577b34da6a3ce929d0e0e4736\"}",
            "{\"time\":\"2026-11-24T06:40:12.345Z\",\"peer\":\"192.0.2.1\",\"method\":\"GET\","
                + "\"url\":\"shop.example/a\",\"protocol\":\"HTTP/1.1\",\"status\":502,\"bytes\":0,\"durationMillis\":2.0,"
                + "\"outcome\":\"miss\",\"reason\":\"uri-miss\",\"targetMillis\":1.5}");
  }

  @Test
  void whatAClientChoseCanNeitherBeginALineNorHideInOne() throws IOException {
    String url = "evil/\r\n10.0.0.1 - - \"GET /\" 200 \u001b[2K\u2028\u0085 \\é";
    Event.Answered hostile =
        new Event.Answered(
            "192.0.2.1",
            "GET",
            url,
            HttpVersion.HTTP_1_1,
            404,
            0,
            Outcome.OWN,
            Optional.empty(),
            Optional.empty(),
            "",
            "",
            -1,
            -1,
            0,
            -1,
            "");

    List<String> common = logged(AccessLogFormat.COMMON, hostile);
    assertThat(common).hasSize(1);
    assertThat(common.getFirst())
        .contains(
            "\"GET evil/\\u000d\\u000a10.0.0.1 - - \\\"GET /\\\" 200"
                + " \\u001b[2K\\u2028\\u0085 \\\\\\u00e9 HTTP/1.1\" 404");

    List<String> json = logged(AccessLogFormat.JSON, hostile);
    assertThat(json).hasSize(1);
    assertThat(json.getFirst().chars()).allMatch(c -> c >= ' ' && c <= '~');
    JsonNode read = JsonMapper.shared().readTree(json.getFirst());
    assertThat(read.get("url").stringValue()).isEqualTo(url);
  }

  @Test
  void aFileIsAppendedTo() throws IOException {
    Path file = directory.resolve("access.log");
    Files.writeString(file, "before\n");
    try (AccessLog log = AccessLog.toFile(file, AccessLogFormat.COMMON, CLOCK)) {
      log.on(HIT);
    }
    assertThat(Files.readAllLines(file)).hasSize(2).first().isEqualTo("before");
  }

  @Test
  void aFileThatWasRenamedIsFollowedByANewOneAndNoLineIsLost() throws Exception {
    Path file = directory.resolve("access.log");
    Path renamed = directory.resolve("access.log.1");
    int lines = 0;
    try (AccessLog log = AccessLog.toFile(file, AccessLogFormat.COMMON, CLOCK)) {
      log.on(HIT);
      lines++;
      Awaitility.await().until(() -> Files.size(file) > 0);
      Files.move(file, renamed);
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (Files.notExists(file) && System.nanoTime() < deadline) {
        log.on(HIT);
        lines++;
        LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
      }
    }
    assertThat(Files.readAllLines(file)).isNotEmpty();
    assertThat(Files.readAllLines(renamed).size() + Files.readAllLines(file).size())
        .isEqualTo(lines);
  }

  @Test
  void closingWritesEveryLineThatWasQueued() throws IOException {
    Path file = directory.resolve("access.log");
    AccessLog log = AccessLog.toFile(file, AccessLogFormat.JSON, CLOCK);
    IntStream.range(0, 10_000).forEach(i -> log.on(HIT));
    log.close();
    assertThat(Files.readAllLines(file)).hasSize(10_000);
    assertThat(log.dropped()).isZero();
  }

  @Test
  void aSinkThatHangsCostsLinesButNoRequestWaits() throws InterruptedException {
    CountDownLatch writing = new CountDownLatch(1);
    Semaphore release = new Semaphore(0);
    AtomicInteger lines = new AtomicInteger();
    OutputStream hanging =
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new UnsupportedOperationException("whole batches only");
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            writing.countDown();
            release.acquireUninterruptibly();
            for (int i = offset; i < offset + length; i++) {
              if (bytes[i] == '\n') {
                lines.incrementAndGet();
              }
            }
          }
        };
    AccessLog log = AccessLog.to(hanging, AccessLogFormat.COMMON, CLOCK);
    log.on(HIT);
    writing.await();

    int more = AccessLog.QUEUED_LINES + 50;
    IntStream.range(0, more).forEach(i -> log.on(HIT));

    assertThat(log.dropped()).isEqualTo(50);
    release.release(more);
    log.close();
    assertThat(lines.get()).isEqualTo(1 + AccessLog.QUEUED_LINES);
  }

  @Test
  void linesThatTheSinkRefusesAreCountedAndLaterOnesWritten() throws InterruptedException {
    CountDownLatch failed = new CountDownLatch(1);
    AtomicInteger written = new AtomicInteger();
    OutputStream failingOnce =
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new UnsupportedOperationException("whole batches only");
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            if (failed.getCount() > 0) {
              failed.countDown();
              throw new IOException("no space left");
            }
            written.incrementAndGet();
          }
        };
    AccessLog log = AccessLog.to(failingOnce, AccessLogFormat.COMMON, CLOCK);
    log.on(HIT);
    failed.await();
    log.on(HIT);
    log.close();
    assertThat(log.dropped()).isEqualTo(1);
    assertThat(written.get()).isEqualTo(1);
  }

  private List<String> logged(AccessLogFormat format, Event... events) throws IOException {
    Path file = Files.createTempFile(directory, "access", ".log");
    try (AccessLog log = AccessLog.toFile(file, format, CLOCK)) {
      for (Event event : events) {
        log.on(event);
      }
    }
    return Files.readAllLines(file);
  }
}
