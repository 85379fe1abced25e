package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.Visitors.Visit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Invariant: time is conserved. What a process stored is there for the next one, no younger than
/// it is.
final class RestartTest {
  private static final String PAGE = "/500/page";
  private static final String LONG_PAGE = "/3000000/page";
  private static final long LIFETIME_SECONDS = 3600;

  @TempDir private Path directory;
  private final SealedTarget target = new SealedTarget();
  private final Visitors visitors = new Visitors();

  @AfterEach
  void end() {
    visitors.close();
    target.close();
  }

  @Test
  void timeIsConservedThroughARestart() throws Exception {
    long ageBefore;
    try (Child child = start()) {
      for (String page : List.of(PAGE, LONG_PAGE)) {
        assertThat(visitors.visit(child, page).outcome()).isEqualTo("MISS");
        assertThat(visitors.visit(child, page).outcome()).isEqualTo("HIT memory");
      }
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> visitors.visit(child, PAGE).seconds("Age") >= 2);
      ageBefore = visitors.visit(child, PAGE).seconds("Age");
      child.signal("TERM");
      assertThat(child.exitCode()).isEqualTo(143);
    }
    try (Child child = start()) {
      Visit fromFile = visitors.visit(child, PAGE);
      assertThat(fromFile.outcome()).isEqualTo("HIT file");
      assertThat(fromFile.seconds("Age")).isGreaterThanOrEqualTo(ageBefore);
      assertThat(fromFile.seconds("X-Cache-TTL") + fromFile.seconds("Age"))
          .isBetween(LIFETIME_SECONDS - 1, LIFETIME_SECONDS);

      Visit fromMemory = visitors.visit(child, PAGE);
      assertThat(fromMemory.outcome()).isEqualTo("HIT memory");
      assertThat(fromMemory.seconds("Age")).isGreaterThanOrEqualTo(fromFile.seconds("Age"));
      assertThat(fromMemory.seconds("X-Cache-TTL"))
          .isLessThanOrEqualTo(fromFile.seconds("X-Cache-TTL"));
      assertThat(fromMemory.answer().body()).isEqualTo(fromFile.answer().body());
      assertThat(fieldsOf(fromMemory)).isEqualTo(fieldsOf(fromFile));

      assertThat(visitors.visit(child, LONG_PAGE).outcome()).isEqualTo("HIT file");
      Awaitility.await()
          .until(() -> visitors.visit(child, LONG_PAGE).outcome().equals("HIT memory"));
      assertThat(target.asked()).isEqualTo(2);
    }
    assertThatAllIsTheOwnersAlone();
  }

  @Test
  void aSecondProcessOnADirectoryRunsWithoutFilesAndSaysSo() throws Exception {
    try (Child first = start();
        Child second = start()) {
      assertThat(said(first)).isEmpty();
      assertThat(said(second))
          .singleElement()
          .asString()
          .contains("WARN", "Runs without its file layer", "in use by another process");
      for (Child each : List.of(first, second)) {
        assertThat(visitors.visit(each, PAGE).outcome()).isEqualTo("MISS");
        assertThat(visitors.visit(each, PAGE).outcome()).isEqualTo("HIT memory");
      }
      visitors.emptyMemory(first);
      visitors.emptyMemory(second);
      assertThat(visitors.visit(first, PAGE).outcome()).isEqualTo("HIT file");
      assertThat(visitors.visit(second, PAGE).outcome()).isEqualTo("MISS");
    }
  }

  private static List<String> said(Child child) {
    return child.said().stream().filter(line -> line.contains("file layer")).toList();
  }

  private static Map<String, List<String>> fieldsOf(Visit visit) {
    Map<String, List<String>> fields = new java.util.TreeMap<>(visit.answer().headers().map());
    List.of("age", "x-cache-ttl", "x-cache-layer", "cache-status").forEach(fields::remove);
    return fields;
  }

  private void assertThatAllIsTheOwnersAlone() throws Exception {
    try (Stream<Path> all = Files.walk(directory.resolve("cache"))) {
      for (Path path : all.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
            .as(path.toString())
            .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
      }
    }
  }

  private Child start() throws Exception {
    return Child.start(target.flag(), "--file-cache-dir=" + directory.resolve("cache"));
  }
}
