package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.OneConnection.Answer;
import dev.terrace.config.Command;
import dev.terrace.config.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Hits of open files in the whole program: that event loops answer them, and that nothing that is
/// purged, replaced, tampered with or asked for in parts is answered from them. Pages short enough
/// to be read, and long enough to be sent.
final class OpenFileHitsTest {
  private static final String RULE = "[{\"pattern\":\"/*\",\"layers\":[\"file\"]}]";
  private static final String THREAD_START = "jdk.VirtualThreadStart";
  private static final String SHORT_PAGE = "/900/page";
  private static final String LONG_PAGE = "/300000/page";
  private static final int REQUESTS = 200;

  @TempDir private Path directory;
  private final SealedTarget target = new SealedTarget();
  private Terrace terrace;
  private OneConnection client;

  @BeforeEach
  void start() throws IOException {
    terrace =
        Terrace.start(
            settings(
                List.of(
                    target.flag(),
                    "--host=127.0.0.1",
                    "--port=0",
                    "--cache-rules=" + RULE,
                    "--file-cache-dir=" + directory.resolve("cache"))),
            "test");
    client = new OneConnection(terrace.port());
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    terrace.close();
    target.close();
  }

  private static Settings settings(List<String> arguments) {
    if (Command.parse(arguments, Map.of(), 1L << 28, "test")
        instanceof Command.Serve(Settings settings, var _)) {
      return settings;
    }
    throw new AssertionError(arguments);
  }

  /// Visits the page until its file is open.
  private Answer opened(String page) throws IOException {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> client.exchange("GET " + page).head().contains("\r\nX-Cache-Layer: file\r\n"));
    client.exchange("GET " + page);
    return client.exchange("GET " + page);
  }

  private static void assertHit(String page, Answer answer) {
    assertThat(answer.head())
        .startsWith("HTTP/1.1 200 ")
        .contains("\r\nX-Cache: HIT\r\nX-Cache-Layer: file\r\n")
        .contains("; detail=file\r\n");
    assertWhole(page, answer);
  }

  private static void assertWhole(String page, Answer answer) {
    assertThat(SealedTarget.isWhole(page, answer.body().getBytes(StandardCharsets.ISO_8859_1)))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {SHORT_PAGE, LONG_PAGE})
  void aHitOfAnOpenFileTakesNoThread(String page) throws Exception {
    opened(page);
    Path file = directory.resolve("threads.jfr");
    try (Recording recording = new Recording()) {
      recording.enable(THREAD_START);
      recording.start();
      for (int i = 0; i < REQUESTS; i++) {
        assertHit(page, client.exchange("GET " + page));
      }
      recording.stop();
      recording.dump(file);
    }
    assertThat(
            RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(THREAD_START))
                .count())
        .isLessThan(REQUESTS / 10);
  }

  @ParameterizedTest
  @ValueSource(strings = {SHORT_PAGE, LONG_PAGE})
  void bothLanesSayTheSame(String page) throws Exception {
    Answer fast = opened(page);
    Answer full = client.exchange("GET " + page, "Cache-Control: max-stale=0");
    assertThat(full.body()).isEqualTo(fast.body());
    assertThat(fields(full)).containsExactlyInAnyOrderElementsOf(fields(fast));
  }

  /// Age and what counts down with it may differ by the second that passed between the two.
  private static List<String> fields(Answer answer) {
    return answer
        .head()
        .lines()
        .map(line -> line.replaceAll("(?i)^(age|x-cache-ttl): [0-9]+$", "$1"))
        .map(line -> line.replaceAll("ttl=[0-9]+", "ttl"))
        .map(line -> line.startsWith("HTTP/") ? line : line.toLowerCase(java.util.Locale.ROOT))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {SHORT_PAGE, LONG_PAGE})
  void whatIsPurgedIsAMissAtOnce(String page) throws Exception {
    for (String purge : new String[] {"PURGE " + page, "PURGE /"}) {
      assertHit(page, opened(page));
      assertThat(client.ask(purge, purge.endsWith("/") ? "Cache-Tag: all" : "Accept: */*"))
          .startsWith("HTTP/1.1 200 ");
      Answer after = client.exchange("GET " + page);
      assertThat(after.head()).contains("\r\nX-Cache: MISS\r\n");
      assertWhole(page, after);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {SHORT_PAGE, LONG_PAGE})
  void whatIsFetchedAnewTakesThePlaceOfTheOpenFile(String page) throws Exception {
    String changing = page.replace("page", "changing");
    String before = opened(changing).body();
    Answer anew = client.exchange("GET " + changing, "Cache-Control: no-cache");
    assertThat(anew.body()).isNotEqualTo(before);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> client.exchange("GET " + changing).body().equals(anew.body()));
    assertThat(opened(changing).body()).isEqualTo(anew.body());
    assertHit(changing, client.exchange("GET " + changing));
  }

  @ParameterizedTest
  @ValueSource(strings = {SHORT_PAGE, LONG_PAGE})
  void aFileThatIsTamperedWithIsSetAsideAndThePageFetchedAnew(String page) throws Exception {
    assertHit(page, opened(page));
    Path file = onlyFile();
    try (FileChannel tampered = FileChannel.open(file, StandardOpenOption.WRITE)) {
      tampered.write(ByteBuffer.wrap(new byte[] {0}), Files.size(file) - 100);
    }
    Answer after = client.exchange("GET " + page);
    assertThat(after.head()).contains("\r\nX-Cache: MISS\r\n");
    assertWhole(page, after);
    assertHit(page, opened(page));
  }

  private Path onlyFile() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("cache/entries"))) {
      List<Path> found = files.filter(Files::isRegularFile).toList();
      assertThat(found).hasSize(1);
      return found.getFirst();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {SHORT_PAGE, LONG_PAGE})
  void headsPartsAndConditionsAreAnsweredAsEver(String page) throws Exception {
    Answer whole = opened(page);
    String etag =
        Arrays.stream(whole.head().split("\r\n"))
            .filter(line -> line.regionMatches(true, 0, "ETag: ", 0, 6))
            .map(line -> line.substring(6))
            .findFirst()
            .orElseThrow();

    Answer part = client.exchange("GET " + page, "Range: bytes=10-19");
    assertThat(part.head()).startsWith("HTTP/1.1 206 ");
    assertThat(part.body()).isEqualTo(whole.body().substring(10, 20));
    assertThat(client.exchange("GET " + page, "If-None-Match: " + etag).head())
        .startsWith("HTTP/1.1 304 ");
    Answer head = client.exchange("HEAD " + page);
    assertThat(head.head())
        .startsWith("HTTP/1.1 200 ")
        .containsIgnoringCase("\r\nContent-Length: " + whole.body().length() + "\r\n");
    assertHit(page, client.exchange("GET " + page));
  }
}
