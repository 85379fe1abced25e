package dev.terrace.layer.file;

import static dev.terrace.layer.Samples.NOON;
import static dev.terrace.layer.Samples.bytes;
import static dev.terrace.layer.Samples.entry;
import static dev.terrace.layer.Samples.key;
import static dev.terrace.layer.Samples.store;
import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.layer.Entry;
import dev.terrace.layer.Eviction;
import dev.terrace.layer.Samples;
import dev.terrace.layer.SettableClock;
import dev.terrace.purge.Fence;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import dev.terrace.purge.Verdict;
import dev.terrace.purge.journal.PurgeJournal;
import dev.terrace.rules.VariantKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files judged by the journal beside them, through restarts.
final class PurgedFilesTest {
  @TempDir Path temp;
  private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
  private final SettableClock clock = new SettableClock(NOON);
  private final Random random = new Random(3);

  @AfterEach
  void end() {
    writer.close();
  }

  private record Kept(PurgeJournal journal) implements Store {
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

  @Test
  void whatWasPurgedByItsTagStaysPurgedAfterARestart() throws IOException {
    try (PurgeJournal journal = journal();
        FileLayer layer = layer(journal)) {
      store(layer, tagged(journal.table(), "/red", "red"), bytes("red"));
      store(layer, tagged(journal.table(), "/blue", "blue"), bytes("blue"));
      journal.purge("red", List.of(new Scope.Tag("red")), Mode.HARD);
    }
    try (PurgeJournal journal = journal();
        FileLayer layer = layer(journal)) {
      assertThat(verdict(journal, layer, "/red")).isEqualTo(Verdict.PURGED);
      assertThat(verdict(journal, layer, "/blue")).isEqualTo(Verdict.CURRENT);
    }
  }

  @Test
  void anOldCopyPutBackBesideTheJournalStaysPurged() throws IOException {
    Path old = temp.resolve("old");
    try (PurgeJournal journal = journal();
        FileLayer layer = layer(journal)) {
      store(layer, tagged(journal.table(), "/red", "red"), bytes("old"));
      copyTree(temp.resolve("cache/entries"), old);
      journal.purge("red", List.of(new Scope.Tag("red")), Mode.HARD);
      store(layer, tagged(journal.table(), "/red", "red"), bytes("new"));
      assertThat(verdict(journal, layer, "/red")).isEqualTo(Verdict.CURRENT);
    }
    copyTree(old, temp.resolve("cache/entries"));
    try (PurgeJournal journal = journal();
        FileLayer layer = layer(journal)) {
      assertThat(verdict(journal, layer, "/red")).isEqualTo(Verdict.PURGED);
    }
  }

  @Test
  void withoutItsJournalEveryFileIsSuspect() throws IOException {
    try (PurgeJournal journal = journal();
        FileLayer layer = layer(journal)) {
      store(layer, tagged(journal.table(), "/red", "red"), bytes("red"));
    }
    Files.delete(temp.resolve("purges/journal"));
    try (PurgeJournal journal = journal();
        FileLayer layer = layer(journal)) {
      assertThat(verdict(journal, layer, "/red")).isEqualTo(Verdict.SUSPECT);
    }
  }

  private static Verdict verdict(PurgeJournal journal, FileLayer layer, String path)
      throws IOException {
    Entry found = layer.find(key(path), VariantKey.NONE::equals).orElseThrow().entry();
    return journal.table().judge(found.fenced());
  }

  private static Entry tagged(PurgeTable table, String path, String tag) {
    return entry(path, VariantKey.NONE, NOON, Duration.ofMinutes(1), table.capture(), Set.of(tag));
  }

  private PurgeJournal journal() throws IOException {
    return PurgeJournal.open(temp.resolve("purges"), PurgeTable.Bounds.DEFAULT, random, writer);
  }

  private FileLayer layer(PurgeJournal journal) throws IOException {
    return FileLayer.open(
        new FileLayer.Settings(temp.resolve("cache"), 1 << 20, Eviction.LRU, 8),
        new Kept(journal),
        Samples.EXPIRY,
        clock,
        Runnable::run,
        System::nanoTime);
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }
}
