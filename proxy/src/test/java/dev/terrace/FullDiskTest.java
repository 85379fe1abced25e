package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Invariant: a layer's fault is a miss. A disk that takes nothing for a while, beneath a whole
/// process: every request is answered, purges hold and say what is pending, and the file layer goes
/// off and on again by itself, with one line in the log each way.
final class FullDiskTest {
  private static final String OFF = "stores nothing until its disk works again";
  private static final String ON = "stores again";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern RECEIPT = Pattern.compile("\"id\" : \"([^\"]+)\"");

  private static final String KEPT = "/500/kept-1";
  private static final String PURGED = "/500/purged-7";

  @TempDir private Path directory;
  private Path mounted;
  private final SealedTarget target = new SealedTarget();
  private final Visitors visitors = new Visitors();
  private int nextPage;

  @BeforeEach
  void begin() {
    mounted = directory.resolve("mounted");
  }

  @AfterEach
  void end() throws Exception {
    visitors.close();
    target.close();
    while (isMounted()) {
      succeeds("umount", "--lazy", mounted.toString());
    }
  }

  /// No user's privilege is needed to forbid a process of one's own to write to files.
  @Test
  void whileNothingCanBeWrittenRequestsAndPurgesGoOn() throws Exception {
    assumeTrue(succeeds("prlimit", "--version"), "there is no prlimit");
    String receipt;
    try (Child child = start(directory)) {
      visitKept(child);
      limitFiles(child, "0");
      visitUntilSaid(child, OFF);
      receipt = purge(child, "[\"7\"]");
      assertThat(purge(child, "[\"8\"]")).isNotEqualTo(receipt);
      assertThat(receipt(child, receipt).statusCode()).isEqualTo(202);
      assertThat(visitors.visit(child, PURGED).outcome()).isEqualTo("MISS");
      visitors.emptyMemory(child);
      assertThat(visitors.visit(child, KEPT).outcome()).isEqualTo("HIT file");

      limitFiles(child, "unlimited");
      awaitApplied(child, receipt);
      visitUntilSaid(child, ON);
      assertSaidOnce(child);
      assertPurgesSaidOnce(child);
      child.signal("KILL");
      child.exitCode();
    }
    try (Child child = start(directory)) {
      assertThat(visitors.visit(child, PURGED).outcome()).isEqualTo("MISS");
      assertThat(visitors.visit(child, KEPT).outcome()).isEqualTo("HIT file");
    }
  }

  @Test
  void aDiskFilledByOthersAndFreed() throws Exception {
    mount("-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs");
    try (Child child = start(mounted)) {
      visitKept(child);
      Path filler = mounted.resolve("filler");
      fill(filler);
      visitUntilSaid(child, OFF);
      // More than fits into the block that the journal has begun.
      String tags =
          IntStream.range(0, 500)
              .mapToObj(tag -> "\"%0100d\"".formatted(tag))
              .collect(Collectors.joining(",", "[", ",\"7\"]"));
      String receipt = purge(child, tags);
      assertThat(visitors.visit(child, PURGED).outcome()).isEqualTo("MISS");
      Files.delete(filler);
      awaitApplied(child, receipt);
      visitUntilSaid(child, ON);
      assertSaidOnce(child);
    }
  }

  @Test
  void outOfInodesAndFreed() throws Exception {
    mount("-t", "tmpfs", "-o", "size=4m,nr_inodes=200,mode=700", "tmpfs");
    try (Child child = start(mounted)) {
      visitKept(child);
      visitUntilSaid(child, OFF);
      assertThat(visitors.call(child, "DELETE", "/cache/file", "").statusCode()).isEqualTo(200);
      visitUntilSaid(child, ON);
      try (Stream<Path> left = Files.list(mounted.resolve("cache/temp"))) {
        assertThat(left).isEmpty();
      }
    }
  }

  /// Files that are open keep a file system from being remounted read-only: a second mount of it,
  /// over the first, is what is.
  @Test
  void aReadOnlyDiskAndBack() throws Exception {
    Path cache = Files.createDirectories(mounted);
    try (Child child = start(mounted)) {
      visitKept(child);
      mount("--bind", cache.toString());
      assertThat(succeeds("mount", "-o", "remount,ro,bind", cache.toString())).isTrue();
      visitUntilSaid(child, OFF);
      visitors.emptyMemory(child);
      assertThat(visitors.visit(child, KEPT).outcome()).isEqualTo("HIT file");
      assertThat(succeeds("mount", "-o", "remount,rw,bind", cache.toString())).isTrue();
      visitUntilSaid(child, ON);
      assertSaidOnce(child);
    }
  }

  private void visitKept(Child child) throws Exception {
    for (String page : List.of(KEPT, PURGED)) {
      assertThat(visitors.visit(child, page).outcome()).isEqualTo("MISS");
    }
    visitors.awaitWritten(child);
  }

  /// Every visit must succeed, and each is of a page that is to be stored.
  private void visitUntilSaid(Child child, String line) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              visitors.visit(child, "/20000/" + nextPage++);
              return said(child, line) > 0;
            });
  }

  private static void assertSaidOnce(Child child) {
    assertThat(said(child, OFF)).isEqualTo(1);
    assertThat(said(child, ON)).isEqualTo(1);
  }

  private static void assertPurgesSaidOnce(Child child) {
    Awaitility.await().atMost(PATIENCE).until(() -> said(child, "Purges are written again") == 1);
    assertThat(said(child, "would not survive a restart")).isEqualTo(1);
    assertThat(said(child, "would not survive a restart: java.")).isZero();
  }

  private static long said(Child child, String line) {
    return child.said().stream().filter(each -> each.contains(line)).count();
  }

  /// @return the id of the receipt, which is pending for files
  private String purge(Child child, String tags) throws Exception {
    HttpResponse<String> answer =
        visitors.call(child, "POST", "/cache/purge", "{\"tags\":" + tags + "}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    assertThat(answer.body())
        .contains("\"memory\" : \"applied\"")
        .contains("\"file\" : \"pending\"");
    Matcher id = RECEIPT.matcher(answer.body());
    assertThat(id.find()).isTrue();
    return id.group(1);
  }

  private HttpResponse<String> receipt(Child child, String id) throws Exception {
    return visitors.call(child, "GET", "/cache/purges/" + id, "");
  }

  private void awaitApplied(Child child, String id) {
    Awaitility.await().atMost(PATIENCE).until(() -> receipt(child, id).statusCode() == 200);
  }

  private static void limitFiles(Child child, String bytes) throws Exception {
    assertThat(succeeds("prlimit", "--pid=" + child.pid(), "--fsize=" + bytes + ":unlimited"))
        .isTrue();
  }

  private static void fill(Path filler) throws IOException {
    byte[] block = new byte[1024];
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      assertThat(Files.size(filler)).isGreaterThan(1 << 20);
    }
  }

  /// As root, where that is allowed; else the test is skipped.
  private void mount(String... what) throws Exception {
    Files.createDirectories(mounted);
    List<String> command =
        Stream.of(Stream.of("mount"), Arrays.stream(what), Stream.of(mounted.toString()))
            .flatMap(each -> each)
            .toList();
    assumeTrue(succeeds(command.toArray(String[]::new)), "nothing can be mounted here");
  }

  private boolean isMounted() throws IOException {
    return Files.readString(Path.of("/proc/mounts"), StandardCharsets.UTF_8)
        .contains(" " + mounted + " ");
  }

  private static boolean succeeds(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private Child start(Path below) throws IOException {
    return Child.start(target.flag(), "--file-cache-dir=" + below.resolve("cache"));
  }
}
