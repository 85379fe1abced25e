package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.terrace.layer.Eviction;
import dev.terrace.layer.Samples;
import dev.terrace.layer.file.FileLayer;
import dev.terrace.layer.file.Store;
import dev.terrace.purge.Fence;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.journal.PurgeJournal;
import dev.terrace.rules.VariantKey;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Files without number, and a process that starts on them: the first request is answered from a
/// file at once, whether or not all of them have been counted.
final class LargeCacheTest {
  private static final String PAGE = "/500/page";
  private static final long MAX_BYTES = 64L << 30;

  @TempDir private Path directory;
  private final SealedTarget target = new SealedTarget();
  private final Visitors visitors = new Visitors();

  @AfterEach
  void end() {
    visitors.close();
    target.close();
  }

  @Test
  void theFirstRequestIsAHitAmong20000Files(TestReporter figures) throws Exception {
    theFirstRequestIsAHitAmong(20_000, figures);
  }

  @Test
  @Tag("million")
  void amongAMillionFilesTheFirstRequestIsAHitWithin3Seconds(TestReporter figures)
      throws Exception {
    assertThat(theFirstRequestIsAHitAmong(1_000_000, figures)).isLessThan(Duration.ofSeconds(3));
  }

  /// @return from the start of the process to the answer
  private Duration theFirstRequestIsAHitAmong(int files, TestReporter figures) throws Exception {
    try (Child child = start()) {
      visitors.visit(child, PAGE);
      child.signal("TERM");
      child.exitCode();
    }
    fill(files - 1);

    long begunNanos = System.nanoTime();
    try (Child child = start()) {
      assertThat(visitors.visit(child, PAGE).outcome()).isEqualTo("HIT file");
      Duration answered = Duration.ofNanos(System.nanoTime() - begunNanos);
      Awaitility.await()
          .atMost(Duration.ofMinutes(5))
          .until(() -> visitors.metric(child, "terrace_layer_entries{layer=\"file\"}") == files);
      Duration counted = Duration.ofNanos(System.nanoTime() - begunNanos);
      assertThatADryRunEstimates(child, files);
      figures.publishEntry(
          Map.of(
              "files", Integer.toString(files),
              "first hit after", answered.toString(),
              "counted after", counted.toString(),
              "resident bytes",
                  Double.toString(visitors.metric(child, "process_resident_memory_bytes"))));
      return answered;
    }
  }

  /// More files than a dry run reads.
  private void assertThatADryRunEstimates(Child child, int files) throws Exception {
    JsonNode answer =
        new JsonMapper()
            .readTree(
                visitors
                    .call(child, "POST", "/cache/purge", "{\"everything\":true,\"dryRun\":true}")
                    .body());
    assertThat(answer.get("estimated").get(0).stringValue()).isEqualTo("file");
    assertThat(answer.get("entries").get("file").doubleValue())
        .isCloseTo(files, withinPercentage(5));
  }

  private void fill(int files) throws IOException {
    ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
    Path cache = directory.resolve("cache");
    try (writer;
        PurgeJournal journal =
            PurgeJournal.open(
                cache.resolve("purges"), PurgeTable.Bounds.DEFAULT, new SecureRandom(), writer);
        FileLayer layer =
            FileLayer.open(
                new FileLayer.Settings(cache, MAX_BYTES, Eviction.LRU, 8),
                new Judge(journal),
                Samples.EXPIRY,
                InstantSource.system(),
                Runnable::run,
                System::nanoTime)) {
      Instant now = Instant.now();
      Fence fence = journal.table().capture();
      IntStream.range(0, files).parallel().forEach(file -> store(layer, file, now, fence));
    }
  }

  private static void store(FileLayer layer, int file, Instant now, Fence fence) {
    try {
      Samples.store(
          layer,
          Samples.entry("/" + file, VariantKey.NONE, now, Duration.ofDays(1), fence, Set.of()),
          new byte[200]);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private record Judge(PurgeJournal journal) implements Store {
    @Override
    public UUID id() {
      return journal.id();
    }

    @Override
    public long boot() {
      return journal.boot();
    }

    @Override
    public void secure(Fence fence) throws IOException {
      journal.secure(fence);
    }
  }

  private Child start() throws IOException {
    return Child.start(
        target.flag(),
        "--file-cache-dir=" + directory.resolve("cache"),
        "--file-cache-max-bytes=" + MAX_BYTES);
  }
}
