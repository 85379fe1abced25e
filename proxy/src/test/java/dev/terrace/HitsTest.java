package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.config.Command;
import dev.terrace.config.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The fast lane in the whole program: that it answers, and that what it knows of a head is never
/// more than the policies, purges and peers allow.
class HitsTest {
  private static final int REQUESTS = 200;
  private static final String THREAD_START = "jdk.VirtualThreadStart";

  @TempDir private Path directory;
  private DemoTarget target;
  private Terrace terrace;

  @BeforeEach
  void start() throws IOException {
    target = DemoTarget.start(0, Duration.ZERO, Duration.ZERO, InstantSource.system());
    List<String> arguments =
        List.of(
            "--target-url",
            target.url().toString(),
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--enable-file-cache=false");
    terrace = Terrace.start(settings(arguments), "test");
  }

  @AfterEach
  void stop() {
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

  /// The full lane serves every request on a virtual thread of its own, the fast lane on none.
  @Test
  void a_hit_is_answered_without_a_thread_by_the_fast_lane() throws Exception {
    try (OneConnection client = new OneConnection(terrace.port())) {
      client.get("/products/1");
      assertThat(threadsStartedBy(() -> client.get("/products/1"))).isLessThan(REQUESTS / 10);
      assertThat(threadsStartedBy(() -> client.get("/products/1", "Cache-Control: max-stale=0")))
          .isGreaterThanOrEqualTo(REQUESTS);
    }
  }

  private interface Call {
    String run() throws IOException;
  }

  private long threadsStartedBy(Call call) throws Exception {
    Path file = directory.resolve("threads.jfr");
    try (Recording recording = new Recording()) {
      recording.enable(THREAD_START);
      recording.start();
      for (int i = 0; i < REQUESTS; i++) {
        assertThat(call.run()).contains("\r\nX-Cache: HIT\r\n");
      }
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().equals(THREAD_START))
        .count();
  }

  @Test
  void a_head_that_is_known_is_a_miss_after_a_purge_and_then_a_hit_again() throws Exception {
    try (OneConnection client = new OneConnection(terrace.port());
        OneConnection other = new OneConnection(terrace.port())) {
      for (int round = 0; round < 3; round++) {
        assertThat(client.get("/products/1")).contains("\r\nX-Cache: MISS\r\n");
        for (int i = 0; i < 5; i++) {
          assertThat(client.get("/products/1")).contains("\r\nX-Cache: HIT\r\n");
        }
        assertThat(other.ask("PURGE /products/1")).startsWith("HTTP/1.1 200 ");
      }
    }
  }
}
