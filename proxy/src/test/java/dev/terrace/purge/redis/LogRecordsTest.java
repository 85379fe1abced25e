package dev.terrace.purge.redis;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.terrace.purge.Fence;
import dev.terrace.purge.History;
import dev.terrace.purge.Order;
import dev.terrace.purge.PurgeRequest;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import dev.terrace.purge.Verdict;
import dev.terrace.purge.journal.SharedHistory;
import dev.terrace.purge.redis.Follow.Way;
import dev.terrace.rules.Pattern;
import dev.terrace.rules.UrlKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/// What stands in the log, in a real Redis, and in the journal: every purge as it was asked for,
/// whatever its id and its size, and however much is forgotten.
final class LogRecordsTest extends OneLog {
  @Test
  void aPatternKeepsTheBasePathThatItLiesBelow() throws IOException {
    Scope items = new Scope.Pattern(Pattern.of("http://a.example/base/p*").below("/base"));
    Follow b = serving("b");
    try (ExecutorService writer = Executors.newSingleThreadExecutor()) {
      Fence before;
      try (SharedHistory history = history(writer)) {
        Follow a = onDisk(history);
        settle(a, b);
        before = b.fetch();
        a.purges.accept("one", List.of(items), Mode.HARD);
        assertThat(a.judge(before)).isEqualTo(Verdict.PURGED);
        a.follow();
        b.follow();
        assertThat(a.judge(before)).as("read back").isEqualTo(Verdict.PURGED);
        assertThat(b.judge(before)).as("elsewhere").isEqualTo(Verdict.PURGED);
      }
      try (SharedHistory history = history(writer)) {
        assertThat(onDisk(history).judge(before)).as("restarted").isEqualTo(Verdict.PURGED);
      }
    }
  }

  @Test
  void whatTheTablesHadNoRoomForStaysSuspectOverRestarts() throws IOException {
    PurgeTable.Bounds small = new PurgeTable.Bounds(2, 1, 1);
    try (ExecutorService writer = Executors.newSingleThreadExecutor()) {
      Fence before;
      try (SharedHistory history = history(writer, small)) {
        Follow a = onDisk(history);
        settle(a);
        before = a.fetch();
        a.purge("page");
        a.follow();
        for (String tag : List.of("x", "y", "z")) {
          a.purges.accept(tag, List.of(new Scope.Tag(tag)), Mode.HARD);
          a.follow();
        }
        assertThat(a.judge(before)).isEqualTo(Verdict.SUSPECT);
      }
      for (int restart = 0; restart < 3; restart++) {
        try (SharedHistory history = history(writer, small)) {
          Follow a = onDisk(history);
          assertThat(a.judge(before)).as("restart %d", restart).isEqualTo(Verdict.SUSPECT);
          a.follow();
          a.purges.accept("w" + restart, List.of(new Scope.Tag("z")), Mode.HARD);
          a.follow();
          assertThat(a.judge(before)).isEqualTo(Verdict.SUSPECT);
        }
      }
    }
  }

  /// A target may know it by the same name as what is there now: it is no base to ask with.
  @Test
  void whatTheLineageBeforeCoveredStaysGoneOverRestarts() throws IOException {
    try (ExecutorService writer = Executors.newSingleThreadExecutor()) {
      Fence before;
      try (SharedHistory history = history(writer)) {
        Follow a = onDisk(history);
        settle(a);
        before = a.fetch();
        a.purge("one");
        a.follow();
        server.ask("FLUSHALL");
        settle(a);
        assertThat(a.judge(before)).isEqualTo(Verdict.PURGED);
      }
      for (int restart = 0; restart < 3; restart++) {
        try (SharedHistory history = history(writer)) {
          Follow a = onDisk(history);
          assertThat(a.judge(before)).as("restart %d", restart).isEqualTo(Verdict.PURGED);
          assertThat(history.remembered().left()).containsExactly(before.lineage());
          a.follow();
          assertThat(a.judge(before)).isEqualTo(Verdict.PURGED);
        }
      }
    }
  }

  @Test
  void everyIdIsOne() {
    Follow a = serving("a");
    Follow b = serving("b");
    settle(a, b);
    for (String id : List.of("ast", "ast:1", "seq", "un", "1", "lineage", "-")) {
      Fence before = b.fetch();
      a.purge(id);
      a.follow();
      b.follow();
      a.follow();
      assertThat(b.judge(before)).as(id).isEqualTo(Verdict.PURGED);
      assertThat(standing(a, id).isComplete()).as(id).isTrue();
    }
  }

  /// A purge is known by its id and by what it covers.
  @Test
  void underTheSameIdAnotherPurgeIsAnother() {
    Follow a = serving("a");
    Follow b = serving("b");
    settle(a, b);
    a.purges.accept("deploy", List.of(new Scope.Tag("x")), Mode.HARD);
    a.follow();
    Fence before = a.fetch();
    // It has not heard of the first.
    b.purge("deploy");
    b.follow();
    a.follow();
    assertThat(b.judge(before)).isEqualTo(Verdict.PURGED);
    assertThat(a.judge(before)).isEqualTo(Verdict.PURGED);
    assertThat(seq()).isEqualTo("2");

    b.purge("deploy");
    b.follow();
    assertThat(seq()).as("asked again").isEqualTo("2");
  }

  @Test
  @Timeout(120)
  void aReceiptOfAForgottenIdSaysNoMoreThanWhatIsKnown() {
    Follow a = serving("a");
    Follow b = serving("b");
    settle(a, b);
    b.way = Way.CUT;
    a.purge("one");
    a.follow();
    for (int i = 0; i < 10_100; i++) {
      a.purges.accept("more-" + i, List.of(new Scope.Tag("t" + i % 50)), Mode.HARD);
    }
    while (a.purges.report().pending() > 0) {
      assertThat(standing(a, "one").isComplete()).isFalse();
      a.step();
    }
    assertThat(standing(a, "one").isComplete()).as("b has not heard of it").isFalse();
    b.way = Way.OPEN;
    settle(a, b);
    assertThat(standing(a, "one").isComplete()).isTrue();
  }

  @Test
  void whoComesToAFullLogWithPurgesOfItsOwnDistrustsNothing() {
    Follow a = serving("a");
    settle(a);
    fill(a, Follow.MOST_RECORDS);
    String lineage = lineage();

    Follow b = serving("b");
    b.way = Way.CUT;
    for (int i = 0; i < 30; i++) {
      b.purges.accept("b-" + i, List.of(new Scope.Tag("b" + i)), Mode.HARD);
    }
    b.way = Way.OPEN;
    Fence before = a.fetch();
    settle(a, b);
    a.purge("last");
    settle(a, b);

    assertThat(lineage()).isEqualTo(lineage);
    assertThat(b.judge(before)).isNotEqualTo(Verdict.CURRENT);
    assertThat(b.judge(b.fetch())).isEqualTo(Verdict.CURRENT);
    assertThat(a.purges.report().distrust().values()).containsOnly(0L);
  }

  private void fill(Follow instance, int records) {
    for (int i = 0; i < records; i++) {
      instance.purges.accept("fill-" + i, List.of(new Scope.Tag("f" + i)), Mode.HARD);
    }
    instance.follow();
    assertThat(instance.purges.report().pending()).isZero();
  }

  @Test
  void largeRecordsComeInSmallAnswers() {
    Follow a = serving("a");
    Follow b = serving("b");
    settle(a, b);
    Fence before = b.fetch();
    for (int i = 0; i < 30; i++) {
      List<Scope> scopes = new ArrayList<>();
      for (int j = 0; j < 30; j++) {
        scopes.add(
            new Scope.Url(new UrlKey("a.example", "/" + i + "/" + j + "/" + "x".repeat(8_000))));
      }
      a.purges.accept("large-" + i, scopes, Mode.HARD);
    }
    a.purge("last");
    settle(a, b);
    assertThat(b.judge(before)).isEqualTo(Verdict.PURGED);
    assertThat(standing(a, "last").isComplete()).isTrue();
  }

  /// What comes from another lineage must be written to a server that is full, too.
  @Test
  void aServerThatIsFullKeepsNobodyFromAdopting() {
    Follow a = serving("a");
    Follow b = serving("b");
    settle(a, b);
    server.ask("DEL", KEY);
    a.follow();
    server.ask("CONFIG", "SET", "maxmemory", "1");
    b.follow();
    assertThat(b.purges.isInContact()).isTrue();
  }

  /// A purge that came under an id that was folded, or found in the log, before.
  @Test
  void anIdThatComesAgainForAnotherPurgeWaitsForItsOwnPlace() {
    Follow a = serving("a");
    Follow b = serving("b");
    settle(a, b);
    a.purges.accept("deploy", List.of(new Scope.Tag("x")), Mode.HARD);
    a.follow();
    // It has read the record, and it is not sure of it.
    b.way = Way.NOT_RIGHTFUL;
    b.follow();
    b.purge("deploy");
    b.way = Way.OPEN;
    settle(a, b);
    assertThat(seq()).isEqualTo("2");
  }

  @Test
  void whatANodeThatIsNotRightfulToldIsNotKnown() {
    Follow a = serving("a");
    Follow b = serving("b");
    settle(a, b);
    a.purge("one");
    a.follow();
    b.way = Way.NOT_RIGHTFUL;
    b.follow();
    assertThat(b.purges.asked("one")).as("nobody is told of it").isEmpty();
    server.ask("FLUSHALL");
    Follow c = serving("c");
    c.follow();
    b.way = Way.OPEN;
    b.follow();
    Fence before = b.fetch();
    b.purge("one");
    assertThat(b.judge(before)).isEqualTo(Verdict.PURGED);
    assertThat(b.purges.report().pending()).isEqualTo(1);
  }

  @Test
  void whatTheDiskRefusedIsWrittenOnceItTakesItAgain() {
    RefusingHistory disk = new RefusingHistory();
    Follow a =
        new Follow(
            redis,
            PREFIX,
            "a",
            Member.Binding.SERVES,
            time,
            disk,
            new PurgeTable(1, PurgeTable.Bounds.DEFAULT, Order.SHARED, _ -> {}));
    settle(a);
    a.way = Way.CUT;
    disk.isFull = true;
    a.purge("one");
    a.follow();
    assertThat(standing(a, "one").isDurable()).isFalse();
    disk.isFull = false;
    a.follow();
    assertThat(standing(a, "one").isDurable()).isTrue();
    assertThat(disk.kept).containsExactly("one");
  }

  @Test
  void thatTheDiskRefusesPurgesIsSaidOnceAndSoIsThatItTakesThem() {
    RefusingHistory disk = new RefusingHistory();
    PurgeTable table = new PurgeTable(1, PurgeTable.Bounds.DEFAULT, Order.SHARED, _ -> {});
    Follow a = new Follow(redis, PREFIX, "a", Member.Binding.SERVES, time, disk, table);
    settle(a);
    a.way = Way.CUT;
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(Keeping.class);
    Level before = logger.getLevel();
    said.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(said);
    try {
      disk.isFull = true;
      a.purge("one");
      a.purge("two");
      disk.isFull = false;
      a.follow();
      a.follow();
    } finally {
      logger.detachAppender(said);
      logger.setLevel(before);
    }

    assertThat(said.list.stream().map(ILoggingEvent::getFormattedMessage))
        .containsExactly(
            "Purges are in force but would not survive a restart: no space left",
            "Purges are written again");
  }

  /// Keeps ids, if it is not full.
  private static final class RefusingHistory implements History {
    private final List<String> kept = new ArrayList<>();
    private boolean isFull;

    @Override
    public Remembered remembered() {
      return Remembered.NOTHING;
    }

    @Override
    public boolean outlivesProcess() {
      return true;
    }

    @Override
    public boolean keep(List<PurgeRequest> purges, List<String> gone) throws IOException {
      if (isFull) {
        throw new IOException("no space left");
      }
      purges.forEach(purge -> kept.add(purge.id()));
      kept.removeAll(gone);
      return true;
    }

    @Override
    public void advance(Advance advance) {
      kept.removeAll(advance.done());
    }

    @Override
    public void heard(Members members) {}

    @Override
    public void adopt(long lineage) {}
  }
}
