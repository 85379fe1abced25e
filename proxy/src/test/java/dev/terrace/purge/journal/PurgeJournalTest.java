package dev.terrace.purge.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrace.purge.Fence;
import dev.terrace.purge.Fenced;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.PurgeTable.Bounds;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import dev.terrace.purge.Verdict;
import dev.terrace.rules.UrlKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PurgeJournalTest {
  private static final UrlKey PAGE = new UrlKey("a.example", "/p");
  private static final Scope.Url PAGE_ALONE = new Scope.Url(PAGE);

  @TempDir Path temp;
  private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
  private final Random random = new Random(5);

  @AfterEach
  void end() {
    writer.close();
  }

  @Test
  void whatWasPurgedIsPurgedAfterARestart() throws IOException {
    Fence fence;
    try (PurgeJournal journal = open()) {
      fence = journal.table().capture();
      journal.purge(
          List.of(new Scope.Tag("red"), new Scope.Prefix("/old"), new Scope.Path("/x")), Mode.HARD);
      journal.purge(List.of(PAGE_ALONE), Mode.SOFT);
    }
    try (PurgeJournal journal = open()) {
      PurgeTable table = journal.table();
      assertThat(journal.boot()).isEqualTo(2);
      assertThat(table.judge(new Fenced(fence, PAGE, Set.of()))).isEqualTo(Verdict.SOFT_PURGED);
      assertThat(table.judge(new Fenced(fence, PAGE, Set.of("red")))).isEqualTo(Verdict.PURGED);
      assertThat(table.judge(new Fenced(fence, url("/old/1"), Set.of()))).isEqualTo(Verdict.PURGED);
      assertThat(table.judge(new Fenced(fence, url("/x"), Set.of()))).isEqualTo(Verdict.PURGED);
      assertThat(table.judge(new Fenced(fence, url("/y"), Set.of()))).isEqualTo(Verdict.CURRENT);
      assertThat(table.capture().stamp()).isEqualTo(4);
    }
  }

  @Test
  void whatWasAcknowledgedHoldsThoughTheProcessIsKilled() throws IOException {
    Path copy = temp.resolve("copy");
    Fence fence;
    try (PurgeJournal journal = open()) {
      fence = journal.table().capture();
      journal.purge(List.of(PAGE_ALONE), Mode.HARD);
      // What the disk holds at the moment of the acknowledgement.
      copyTo(copy);
    }
    try (PurgeJournal journal = open(copy)) {
      assertThat(journal.table().judge(new Fenced(fence, PAGE, Set.of())))
          .isEqualTo(Verdict.PURGED);
    }
  }

  @Test
  void aPurgeOfTheTableIsOnTheDiskBeforeAFileWithItsFenceMayBe() throws IOException {
    Path copy = temp.resolve("copy");
    Fence later;
    try (PurgeJournal journal = open()) {
      journal.table().purge(PAGE_ALONE, Mode.HARD);
      later = journal.table().capture();
      journal.secure(later);
      copyTo(copy);
    }
    try (PurgeJournal journal = open(copy)) {
      assertThat(journal.table().judge(new Fenced(later, PAGE, Set.of())))
          .isEqualTo(Verdict.CURRENT);
      assertThat(journal.table().judge(new Fenced(new Fence(later.lineage(), 0), PAGE, Set.of())))
          .isEqualTo(Verdict.PURGED);
    }
  }

  @Test
  void aLostJournalMakesEverythingOlderSuspect() throws IOException {
    for (String lost : List.of("journal", "boot")) {
      Fence fence;
      try (PurgeJournal journal = open()) {
        fence = journal.table().capture();
        journal.purge(List.of(PAGE_ALONE), Mode.HARD);
      }
      Files.delete(directory().resolve(lost));
      try (PurgeJournal journal = open()) {
        assertThat(journal.boot()).isEqualTo(1);
        assertThat(journal.table().judge(new Fenced(fence, PAGE, Set.of())))
            .isEqualTo(Verdict.SUSPECT);
      }
    }
  }

  @Test
  void anOlderJournalPutBackMakesEverythingSuspect() throws IOException {
    Path old = temp.resolve("old");
    open().close();
    copyTo(old);
    Fence fence;
    open().close();
    try (PurgeJournal journal = open()) {
      fence = journal.table().capture();
      journal.purge(List.of(PAGE_ALONE), Mode.HARD);
    }
    Files.copy(
        old.resolve("journal"),
        directory().resolve("journal"),
        StandardCopyOption.REPLACE_EXISTING);

    try (PurgeJournal journal = open()) {
      assertThat(journal.table().judge(new Fenced(fence, PAGE, Set.of())))
          .isEqualTo(Verdict.SUSPECT);
    }
  }

  @Test
  void aRecordCutAtAnyByteIsDroppedAndTheOnesBeforeHold() throws IOException {
    Fence fence;
    long before;
    try (PurgeJournal journal = open()) {
      fence = journal.table().capture();
      journal.purge(List.of(PAGE_ALONE), Mode.HARD);
      before = Files.size(directory().resolve("journal"));
      journal.purge(List.of(new Scope.Tag("red")), Mode.HARD);
    }
    byte[] whole = Files.readAllBytes(directory().resolve("journal"));
    byte[] boot = Files.readAllBytes(directory().resolve("boot"));
    for (int length = (int) before; length < whole.length; length++) {
      Files.write(directory().resolve("journal"), Arrays.copyOf(whole, length));
      Files.write(directory().resolve("boot"), boot);
      try (PurgeJournal journal = open()) {
        assertThat(journal.table().judge(new Fenced(fence, PAGE, Set.of())))
            .isEqualTo(Verdict.PURGED);
        assertThat(journal.table().capture().stamp()).isEqualTo(1);
      }
    }
  }

  @Test
  void aFlippedBitNeverLetsAPurgeBeForgotten() throws IOException {
    Fence fence;
    try (PurgeJournal journal = open()) {
      fence = journal.table().capture();
      journal.purge(List.of(PAGE_ALONE), Mode.HARD);
      journal.purge(List.of(new Scope.Tag("red")), Mode.HARD);
    }
    byte[] journalBytes = Files.readAllBytes(directory().resolve("journal"));
    byte[] bootBytes = Files.readAllBytes(directory().resolve("boot"));
    for (int at = 0; at < journalBytes.length + bootBytes.length; at++) {
      byte[] journal = journalBytes.clone();
      byte[] boot = bootBytes.clone();
      if (at < journal.length) {
        journal[at] ^= (byte) (1 << at % 8);
      } else {
        boot[at - journal.length] ^= (byte) (1 << at % 8);
      }
      Files.write(directory().resolve("journal"), journal);
      Files.write(directory().resolve("boot"), boot);
      try (PurgeJournal opened = open()) {
        assertThat(opened.table().judge(new Fenced(fence, PAGE, Set.of())))
            .as("flipped at %d", at)
            .isIn(Verdict.PURGED, Verdict.SUSPECT);
      }
    }
  }

  @Test
  void whatNoDiskHasIsNotDurableHoweverManyPurgesComeAfterIt() throws IOException {
    ScheduledExecutorService ended = Executors.newSingleThreadScheduledExecutor();
    PurgeJournal journal = PurgeJournal.open(directory(), Bounds.DEFAULT, random, ended);
    journal.purge("durable", List.of(PAGE_ALONE), Mode.HARD);
    assertThat(journal.standing("durable").isDurable()).isTrue();
    ended.shutdownNow();

    for (int i = 0; i <= 1_000; i++) {
      journal.purge("purge-" + i, List.of(PAGE_ALONE), Mode.HARD);
    }

    assertThat(journal.standing("purge-0").isDurable()).as("the first").isFalse();
    assertThat(journal.standing("purge-1000").isDurable()).as("the last").isFalse();
    assertThatThrownBy(journal::close)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void whatWasWrittenInPartDoesNotStandBeforeWhatIsWrittenNext() throws IOException {
    Fence fence;
    try (PurgeJournal journal = open()) {
      fence = journal.table().capture();
      journal.purge(List.of(new Scope.Tag("red")), Mode.HARD);
      byte[] whole = Files.readAllBytes(directory().resolve("journal"));
      // As a write leaves it that fails, where the disk does not even take it back.
      Files.write(
          directory().resolve("journal"),
          Arrays.copyOf(whole, 30),
          StandardOpenOption.WRITE,
          StandardOpenOption.APPEND);
      journal.purge(List.of(PAGE_ALONE), Mode.HARD);
    }
    try (PurgeJournal journal = open()) {
      assertThat(journal.boot()).isEqualTo(2);
      assertThat(journal.table().judge(new Fenced(fence, PAGE, Set.of())))
          .isEqualTo(Verdict.PURGED);
    }
  }

  @Test
  void whatWasPurgedHoldsThoughALogWasToBeFollowedMeanwhile() throws IOException {
    Fence fence;
    UUID id;
    try (PurgeJournal journal = open()) {
      fence = journal.table().capture();
      id = journal.id();
      journal.purge(List.of(PAGE_ALONE), Mode.HARD);
    }
    try (SharedHistory history =
        SharedHistory.open(directory(), Bounds.DEFAULT, random, _ -> {}, writer)) {
      // The log is never reached.
      assertThat(history.id()).isEqualTo(id);
    }
    try (PurgeJournal journal = open()) {
      assertThat(journal.id()).as("files of the old id are another's").isNotEqualTo(id);
      assertThat(journal.table().judge(new Fenced(fence, PAGE, Set.of())))
          .isEqualTo(Verdict.SUSPECT);
    }
  }

  @Test
  void aSecondProcessIsRefused() throws IOException {
    try (PurgeJournal journal = open()) {
      assertThat(journal.boot()).isEqualTo(1);
      assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("in use");
    }
  }

  @Test
  void theJournalStaysShortHoweverOftenTheSameIsPurged() throws IOException {
    Fence fence;
    try (PurgeJournal journal = open()) {
      fence = journal.table().capture();
      for (int i = 0; i < 30_000; i++) {
        journal.table().purge(new Scope.Tag("t" + i % 10), Mode.HARD);
        if (i % 1000 == 0) {
          journal.flush();
        }
      }
      journal.flush();
      assertThat(Files.size(directory().resolve("journal"))).isLessThan(600_000);
    }
    try (PurgeJournal journal = open()) {
      assertThat(journal.table().capture().stamp()).isEqualTo(30_000);
      assertThat(journal.table().judge(new Fenced(fence, PAGE, Set.of("t3"))))
          .isEqualTo(Verdict.PURGED);
    }
  }

  private PurgeJournal open() throws IOException {
    return open(directory());
  }

  private PurgeJournal open(Path directory) throws IOException {
    return PurgeJournal.open(directory, Bounds.DEFAULT, random, writer);
  }

  private Path directory() {
    return temp.resolve("journal");
  }

  private void copyTo(Path target) throws IOException {
    Files.createDirectory(target);
    for (String name : List.of("boot", "journal")) {
      Files.copy(directory().resolve(name), target.resolve(name));
    }
  }

  private static UrlKey url(String path) {
    return new UrlKey("a.example", path);
  }
}
