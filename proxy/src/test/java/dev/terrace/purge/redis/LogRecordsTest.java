package dev.terrace.purge.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrace.purge.Fence;
import dev.terrace.purge.History;
import dev.terrace.purge.Order;
import dev.terrace.purge.PurgeRequest;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import dev.terrace.purge.Standing;
import dev.terrace.purge.Verdict;
import dev.terrace.purge.journal.SharedHistory;
import dev.terrace.purge.redis.Follow.Way;
import dev.terrace.purge.redis.HandOver.Handed;
import dev.terrace.redis.Connected;
import dev.terrace.redis.Redis;
import dev.terrace.redis.RedisServer;
import dev.terrace.redis.TestSettings;
import dev.terrace.rules.Pattern;
import dev.terrace.rules.UrlKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What stands in the log, in a real Redis, and in the journal: every purge as it was asked for,
/// whatever its id and its size, and however much is forgotten.
final class LogRecordsTest {
  private static final String PREFIX = "records:";

  private static RedisServer server;
  private static Redis redis;

  private final Follow.Time time = new Follow.Time();

  @TempDir Path temp;

  @BeforeAll
  static void start() {
    server = RedisServer.start();
    redis = TestSettings.open(server.port());
    Connected.await(redis);
  }

  @AfterAll
  static void stop() {
    redis.close();
    server.close();
  }

  @BeforeEach
  void empty() {
    server.ask("CONFIG", "SET", "maxmemory", "0");
    server.ask("FLUSHALL");
  }

  private Follow serving(String id) {
    return new Follow(redis, PREFIX, id, Member.Binding.SERVES, time);
  }

  private void settle(Follow... instances) {
    Follow.settle(time, instances);
  }

  @Test
  void aPatternKeepsTheBasePathThatItLiesBelow() throws IOException {
    Scope items = new Scope.Pattern(Pattern.of("http://a.example/base/p*").below("/base"));
    Follow b = serving("b");
    try (ExecutorService writer = Executors.newSingleThreadExecutor()) {
      Fence before;
      try (SharedHistory history = history(writer, PurgeTable.Bounds.DEFAULT)) {
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
      try (SharedHistory history = history(writer, PurgeTable.Bounds.DEFAULT)) {
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
      try (SharedHistory history = history(writer, PurgeTable.Bounds.DEFAULT)) {
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
        try (SharedHistory history = history(writer, PurgeTable.Bounds.DEFAULT)) {
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
    assertThat(server.ask("HGET", PREFIX + "{ctl}", "seq")).isEqualTo("2");

    b.purge("deploy");
    b.follow();
    assertThat(server.ask("HGET", PREFIX + "{ctl}", "seq")).as("asked again").isEqualTo("2");
  }

  @Test
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
      a.follow();
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
    String lineage = server.ask("HGET", PREFIX + "{ctl}", "lineage");

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

    assertThat(server.ask("HGET", PREFIX + "{ctl}", "lineage")).isEqualTo(lineage);
    assertThat(b.judge(before)).isNotEqualTo(Verdict.CURRENT);
    assertThat(b.judge(b.fetch())).isEqualTo(Verdict.CURRENT);
    assertThat(a.purges.report().distrust()).isEmpty();
  }

  private void fill(Follow instance, int records) {
    for (int i = 0; i < records; i++) {
      instance.purges.accept("fill-" + i, List.of(new Scope.Tag("f" + i)), Mode.HARD);
    }
    while (instance.purges.report().pending() > 0) {
      instance.follow();
    }
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
    server.ask("DEL", PREFIX + "{ctl}");
    a.follow();
    server.ask("CONFIG", "SET", "maxmemory", "1");
    b.follow();
    assertThat(b.purges.isInContact()).isTrue();
  }

  /// One that serves from memory alone, which nobody waits for, or names, for ever.
  @Test
  void whoForgetsAndIsSilentForADayIsStruckOffAndTrustsNothingFromThenOn() throws IOException {
    Follow a = serving("a");
    Follow b = new Follow(redis, PREFIX, "b", Member.Binding.FORGETS, time);
    Follow c = serving("c");
    settle(b, c, a);
    assertThat(b.purges.isTrusted()).isTrue();
    passInContact(a, Duration.ofHours(22));
    assertThat(b.purges.isTrusted()).as("still on the list").isTrue();
    a.purge("one");
    a.follow();
    assertThat(standing(a, "one").others())
        .containsExactlyInAnyOrder(
            new Standing.Instance("b", Standing.State.UNREACHABLE),
            new Standing.Instance("c", Standing.State.UNREACHABLE));

    passInContact(a, Duration.ofHours(3));
    a.purge("two");
    a.follow();
    assertThat(standing(a, "two").others())
        .as("whose files may serve after a restart is named for ever")
        .containsExactly(new Standing.Instance("c", Standing.State.UNREACHABLE));
    assertThat(b.purges.isTrusted()).isFalse();

    Fence before = a.fetch();
    settle(b, a);
    assertThat(b.purges.isInContact()).isTrue();
    assertThat(a.judge(before)).as("who comes back after all").isEqualTo(Verdict.SUSPECT);
    a.purge("three");
    settle(a, b);
    assertThat(standing(a, "three").others())
        .contains(new Standing.Instance("b", Standing.State.APPLIED));
  }

  @Test
  void whoWasAwayHimselfStrikesNobodyOff() {
    Follow a = serving("a");
    Follow b = new Follow(redis, PREFIX, "b", Member.Binding.FORGETS, time);
    settle(b, a);
    time.pass(Duration.ofDays(2));
    a.follow();
    a.purge("one");
    a.follow();
    assertThat(standing(a, "one").others()).hasSize(1);
    String lineage = server.ask("HGET", PREFIX + "{ctl}", "lineage");
    settle(b, a);
    assertThat(server.ask("HGET", PREFIX + "{ctl}", "lineage")).isEqualTo(lineage);
  }

  private void passInContact(Follow instance, Duration duration) throws IOException {
    Duration step = Duration.ofSeconds(60);
    for (Duration passed = Duration.ZERO;
        passed.compareTo(duration) < 0;
        passed = passed.plus(step)) {
      time.pass(step);
      while (instance.purges.step() == SharedPurges.Next.AGAIN) {}
    }
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
    assertThat(server.ask("HGET", PREFIX + "{ctl}", "seq")).isEqualTo("2");
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
  void whatOneDoesNotTakeKeepsNothingElseFromIt() {
    Follow a = serving("a");
    Follow b = serving("b");
    settle(a, b);
    List<String> offered = new ArrayList<>();
    a.purges.reach(
        (_, purge) -> {
          offered.add(purge.id());
          return purge.id().equals("odd") ? Handed.REFUSED : Handed.TAKEN;
        });
    a.way = Way.CUT;
    a.purge("odd");
    a.purge("even");
    a.purges.handOver();
    assertThat(offered).containsExactly("odd", "even");
    assertThat(standing(a, "even").others())
        .containsExactly(new Standing.Instance("b", Standing.State.APPLIED));
    assertThat(standing(a, "odd").others())
        .containsExactly(new Standing.Instance("b", Standing.State.PENDING));
  }

  @Test
  void whoeverAnswersWithoutEndHoldsNobodyUp() throws Exception {
    try (ServerSocket endless = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        HandOver handOver = new HandOver(Optional.empty());
        ExecutorService answering = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Socket> connection =
          answering.submit(
              () -> {
                Socket socket = endless.accept();
                socket
                    .getOutputStream()
                    .write(
                        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
                return socket;
              });
      String address = "127.0.0.1:" + endless.getLocalPort() + "/cache";
      Member member = new Member("m", 1, 1, 1, Member.Binding.SERVES, address);
      PurgeRequest purge =
          new PurgeRequest("one", 1, List.of(new Scope.Everything()), Mode.HARD, at());
      assertThat(handOver.hand(member, purge)).isEqualTo(Handed.UNREACHABLE);
      connection.get().close();
    }
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

  @Test
  void whatIsHandedOverIsARecordAsAnInstanceWritesIt() throws IOException {
    Follow a = serving("a");
    settle(a);
    byte[] record =
        ControlKey.record(
            new PurgeRequest("one", 1, List.of(new Scope.Url(Follow.PAGE)), Mode.HARD, at()));
    Fence before = a.fetch();
    assertThat(a.purges.takeOver(record)).isTrue();
    assertThat(a.judge(before)).isEqualTo(Verdict.PURGED);
    assertThat(a.purges.takeOver(record)).as("again").isTrue();

    byte[] longer = Arrays.copyOf(record, record.length + 1);
    assertThatThrownBy(() -> a.purges.takeOver(longer)).isInstanceOf(IOException.class);
    for (String id : List.of("", "a b", "a\nb", "x".repeat(150))) {
      byte[] other =
          ControlKey.record(
              new PurgeRequest(id, 1, List.of(new Scope.Everything()), Mode.HARD, at()));
      assertThatThrownBy(() -> a.purges.takeOver(other)).as(id).isInstanceOf(IOException.class);
    }
    a.follow();
    assertThat(standing(a, "one").log()).isEqualTo(Standing.Logged.APPLIED);
  }

  @Test
  void nobodyIsHandedAPurgeAtAnAddressThatIsNone() {
    try (HandOver handOver = new HandOver(Optional.empty())) {
      PurgeRequest purge =
          new PurgeRequest("one", 1, List.of(new Scope.Everything()), Mode.HARD, at());
      for (String address :
          List.of("127.0.0.1:99999/cache", "127.0.0.1/cache", "127.0.0.1:0/cache", "x y", ":1")) {
        Member member = new Member("m", 1, 1, 1, Member.Binding.SERVES, address);
        assertThat(handOver.hand(member, purge)).as(address).isEqualTo(Handed.UNREACHABLE);
      }
    }
  }

  private static Instant at() {
    return Instant.ofEpochSecond(1_000_000);
  }

  private static Standing standing(Follow instance, String id) {
    return instance.purges.standing(id);
  }

  private SharedHistory history(ExecutorService writer, PurgeTable.Bounds bounds)
      throws IOException {
    return SharedHistory.open(temp.resolve("purges"), bounds, new Random(), _ -> {}, writer);
  }

  private Follow onDisk(SharedHistory history) {
    return new Follow(redis, PREFIX, "a", Member.Binding.SERVES, time, history, history.table());
  }
}
