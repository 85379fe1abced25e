package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Invariant: no half entry is ever visible. A process that is being filled at full speed is killed
/// (kill -9), again and again on the same directory; each that follows starts, and whatever it
/// serves of what was being written is whole.
final class KillTest {
  private static final int CLIENTS = 6;
  private static final int[] BODY_BYTES = {300, 5_000, 70_000, 400_000, 1_500_000};

  /// Answers after which a process is killed, at most.
  private static final int LONGEST_FILL = 80;

  /// Requests of a killed process that are repeated at the next.
  private static final int REPEATED = 40;

  @TempDir private Path directory;
  private final SealedTarget target = new SealedTarget();
  private final Visitors visitors = new Visitors();
  private QuickStart quickStart;
  private final AtomicInteger nextPage = new AtomicInteger();

  @AfterEach
  void end() {
    visitors.close();
    target.close();
  }

  @Test
  void noHalfEntryIsVisibleAfterAnyOf25Kills() throws Exception {
    survives(25);
  }

  /// As many as `-Dterrace.kills` says.
  @Test
  @Tag("kills")
  void noHalfEntryIsVisibleAfterAnyOfAThousandKills() throws Exception {
    survives(Integer.getInteger("terrace.kills", 1_000));
  }

  private void survives(int kills) throws Exception {
    quickStart = QuickStart.in(directory);
    Random random = new Random(12);
    List<String> begun = List.of();
    long fromFiles = 0;
    for (int kill = 0; kill <= kills; kill++) {
      try (Child child = start()) {
        Map<String, Long> outcomes = visitors.visitAll(child, begun);
        fromFiles += outcomes.getOrDefault("HIT file", 0L);
        assertThat(visitors.setAside(child)).as("set aside after kill %d", kill).isZero();
        assertThat(child.said()).noneMatch(line -> line.contains("file layer"));
        begun = fill(child, 1 + random.nextInt(LONGEST_FILL));
        assertThat(child.exitCode()).isEqualTo(128 + 9);
      }
    }
    assertThat(fromFiles).as("pages that outlived a kill").isGreaterThan(2L * kills);
  }

  /// Visits pages until so many were answered, and kills the process in the midst of it.
  ///
  /// @return the last pages that were asked for
  private List<String> fill(Child child, int answers) throws IOException, InterruptedException {
    BlockingQueue<String> begun = new LinkedBlockingQueue<>();
    Set<Throwable> failures = ConcurrentHashMap.newKeySet();
    AtomicInteger answered = new AtomicInteger();
    AtomicBoolean killed = new AtomicBoolean();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      while (true) {
                        visitNext(child, begun);
                        answered.incrementAndGet();
                      }
                    } catch (IOException | AssertionError | InterruptedException e) {
                      if (!killed.get() || e instanceof AssertionError) {
                        failures.add(e);
                      }
                    }
                  }));
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(2))
        .until(() -> answered.get() >= answers || !failures.isEmpty());
    killed.set(true);
    child.signal("KILL");
    for (Thread client : clients) {
      client.join();
    }
    assertThat(failures).isEmpty();
    List<String> all = List.copyOf(begun);
    return all.subList(Math.max(0, all.size() - REPEATED), all.size());
  }

  /// One page in three is an old one that has changed: its file is replaced.
  private void visitNext(Child child, BlockingQueue<String> begun)
      throws IOException, InterruptedException {
    int page = nextPage.getAndIncrement();
    int bytes = BODY_BYTES[page % BODY_BYTES.length];
    if (page % 3 == 0) {
      String path = "/" + bytes + "/changing-" + page % 10;
      begun.add(path);
      visitors.visit(child, path, "Cache-Control", "no-cache");
    } else {
      String path = "/" + bytes + "/" + page;
      begun.add(path);
      visitors.visit(child, path);
    }
  }

  /// With room for some fills only, so that files are dropped, too.
  private Child start() throws IOException {
    return Child.start(
        quickStart,
        target.flag(),
        "--file-cache-dir=" + directory.resolve("cache"),
        "--file-cache-max-bytes=64MiB");
  }
}
