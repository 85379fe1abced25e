package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Invariant: nothing purged returns, whatever becomes of the process and its directory.
final class PurgedForGoodTest {
  @TempDir private Path directory;
  private final SealedTarget target = new SealedTarget();
  private final Visitors visitors = new Visitors();
  private Path entries;

  @AfterEach
  void end() {
    visitors.close();
    target.close();
  }

  @Test
  void ofTwoThousandPagesNonePurgedComesBack() throws Exception {
    nonePurgedComesBack(2_000);
  }

  @Test
  @Tag("million")
  void ofAHundredThousandPagesNonePurgedComesBack() throws Exception {
    nonePurgedComesBack(100_000);
  }

  private void nonePurgedComesBack(int count) throws Exception {
    entries = directory.resolve("cache/entries");
    Path old = directory.resolve("old");
    List<String> pages = Visitors.pages(count, 300);
    Map<String, Long> purgedAndKept = Map.of("MISS", count / 10L, "HIT file", count / 10L * 9);
    try (Child child = start()) {
      visitInPortions(child, pages);
      copyTree(entries, old);
      assertThat(visitors.call(child, "POST", "/cache/purge", "{\"tags\":[\"7\"]}").statusCode())
          .isEqualTo(200);
      end(child, "TERM");
    }
    try (Child child = start()) {
      end(child, "KILL");
    }
    try (Child child = start()) {
      assertThat(visitors.visitAll(child, pages)).isEqualTo(purgedAndKept);
      visitors.awaitWritten(child);
      end(child, "KILL");
    }
    copyTree(old, entries);
    try (Child child = start()) {
      assertThat(visitors.visitAll(child, pages)).isEqualTo(purgedAndKept);
      visitors.awaitWritten(child);
      end(child, "TERM");
    }
    Files.delete(directory.resolve("cache/purges/journal"));
    long askedBefore = target.asked();
    try (Child child = start()) {
      assertThat(visitors.visitAll(child, pages)).isEqualTo(Map.of("REVALIDATED", (long) count));
      assertThat(target.confirmed()).isEqualTo(count);
      assertThat(target.asked() - askedBefore).isEqualTo(count);
      visitors.emptyMemory(child);
      assertThat(visitors.visitAll(child, pages.subList(0, 100)))
          .isEqualTo(Map.of("HIT file", 100L));
    }
  }

  /// More than the queue to the disk holds would be given up.
  private void visitInPortions(Child child, List<String> pages) throws Exception {
    int portion = 2_000;
    for (int from = 0; from < pages.size(); from += portion) {
      assertThat(visitors.visitAll(child, pages.subList(from, from + portion)))
          .isEqualTo(Map.of("MISS", (long) portion));
      visitors.awaitWritten(child);
    }
  }

  private static void end(Child child, String signal) throws IOException, InterruptedException {
    child.signal(signal);
    assertThat(child.exitCode()).isEqualTo(signal.equals("TERM") ? 143 : 137);
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path copy = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(path, copy, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  private Child start() throws IOException {
    return Child.start(target.flag(), "--file-cache-dir=" + directory.resolve("cache"));
  }
}
