package dev.terrace.purge.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.purge.Fence;
import dev.terrace.purge.History;
import dev.terrace.purge.PurgeRequest;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.Standing;
import dev.terrace.purge.Verdict;
import dev.terrace.purge.journal.SharedHistory;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What instances know of each other: it decides whom a receipt waits for, and must hold through
/// restarts, changed modes and disks that fail.
final class KnownMembersTest extends OneLog {
  private static final Duration LONG = SharedPurges.LONGEST_LEASE.plusSeconds(1);

  private final ExecutorService writerOfA = Executors.newSingleThreadExecutor();
  private final ExecutorService writerOfB = Executors.newSingleThreadExecutor();

  @AfterEach
  void end() {
    writerOfA.close();
    writerOfB.close();
  }

  private SharedHistory disk(String name) throws IOException {
    return SharedHistory.open(
        temp.resolve(name),
        PurgeTable.Bounds.DEFAULT,
        new Random(),
        _ -> {},
        name.equals("a") ? writerOfA : writerOfB);
  }

  private Follow started(String id, Member.Binding binding, SharedHistory disk) {
    return new Follow(redis, PREFIX, id, binding, time, disk, disk.table());
  }

  /// A purge at an instance that stays in contact, and what it says of the other a lease later.
  private Standing purge(Follow instance) {
    instance.purge("one");
    instance.follow();
    time.pass(LONG);
    instance.follow();
    return standing(instance, "one");
  }

  private static Standing.State stateOfB(Standing standing) {
    return standing.others().stream()
        .filter(other -> other.id().equals("b"))
        .map(Standing.Instance::state)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whoIsTakenToConfirmDoesSoThoughItComesBackInAnotherMode() throws IOException {
    Follow a = confirming("a");
    Fence file;
    try (SharedHistory disk = disk("b")) {
      Follow b = started("b", Member.Binding.CONFIRMS, disk);
      settle(a, b);
      file = b.fetch();
    }
    try (SharedHistory disk = disk("b")) {
      Follow b = started("b", Member.Binding.SERVES, disk);
      b.way = Follow.Way.CUT;
      b.follow();

      assertThat(stateOfB(purge(a))).isEqualTo(Standing.State.BOUND);
      assertThat(b.judge(file)).isEqualTo(Verdict.CURRENT);
      assertThat(b.purges.isTrusted()).isFalse();
      assertThat(b.purges.areFilesTrusted()).isFalse();

      b.way = Follow.Way.OPEN;
      b.follow();
      b.way = Follow.Way.CUT;
      time.pass(LONG);
      assertThat(b.purges.areFilesTrusted()).as("once others know").isTrue();
    }
  }

  @Test
  void aNewLineageKnowsTheModeThatSomebodyCameBackIn() throws IOException {
    Follow a = confirming("a");
    try (SharedHistory disk = disk("b")) {
      settle(a, started("b", Member.Binding.CONFIRMS, disk));
    }
    try (SharedHistory disk = disk("b")) {
      Follow b = started("b", Member.Binding.SERVES, disk).follow();
      b.way = Follow.Way.CUT;
      server.ask("HSET", KEY, "run", "another");
      a.follow();

      assertThat(stateOfB(purge(a))).isEqualTo(Standing.State.PENDING);
      assertThat(b.purges.isTrusted()).isTrue();
    }
  }

  @Test
  void theModeThatSomebodyCameBackInIsKnownAfterARestart() throws IOException {
    SharedHistory diskOfA = disk("a");
    Follow a = started("a", Member.Binding.CONFIRMS, diskOfA);
    try (SharedHistory disk = disk("b")) {
      settle(a, started("b", Member.Binding.CONFIRMS, disk));
    }
    try (SharedHistory disk = disk("b")) {
      Follow b = started("b", Member.Binding.SERVES, disk);
      settle(a, b);
      b.way = Follow.Way.CUT;
      time.pass(LONG);
      a.follow();
      diskOfA.close();
      server.ask("FLUSHALL");
      diskOfA = disk("a");
      a = started("a", Member.Binding.CONFIRMS, diskOfA).follow();

      assertThat(stateOfB(purge(a))).isEqualTo(Standing.State.PENDING);
      assertThat(b.purges.isTrusted()).isTrue();
    } finally {
      diskOfA.close();
    }
  }

  @Test
  void whoWasHeardOfWhileTheDiskFailedIsWrittenDownLater() throws IOException {
    SharedHistory diskOfA = disk("a");
    FailingDisk failing = new FailingDisk(diskOfA);
    Follow a =
        new Follow(redis, PREFIX, "a", Member.Binding.SERVES, time, failing, diskOfA.table());
    settle(a);
    try (SharedHistory disk = disk("b")) {
      Follow b = started("b", Member.Binding.SERVES, disk).follow();
      failing.fails = true;
      a.follow();
      failing.fails = false;
      settle(a, b);
      b.way = Follow.Way.CUT;
      diskOfA.close();
      server.ask("DEL", KEY);
      diskOfA = disk("a");
      a = started("a", Member.Binding.SERVES, diskOfA).follow();

      assertThat(stateOfB(purge(a))).isEqualTo(Standing.State.PENDING);
    } finally {
      diskOfA.close();
    }
  }

  @Test
  void whoConfirmsIsWaitedForUntilItIsBoundHoweverShortTheTimeout() {
    Follow a = new Follow(redis, PREFIX, "a", time, Duration.ofSeconds(10));
    Follow b = confirming("b");
    settle(b, a);
    b.follow();
    a.purge("one");
    a.follow();
    time.pass(Duration.ofSeconds(30));
    a.follow();
    assertThat(b.purges.isInContact()).isFalse();
    assertThat(stateOfB(standing(a, "one"))).isEqualTo(Standing.State.PENDING);

    time.pass(LONG);
    a.follow();
    assertThat(stateOfB(standing(a, "one"))).isEqualTo(Standing.State.BOUND);
  }

  private static final class FailingDisk implements History {
    private final History disk;
    private boolean fails;

    FailingDisk(History disk) {
      this.disk = disk;
    }

    @Override
    public Remembered remembered() {
      return disk.remembered();
    }

    @Override
    public boolean outlivesProcess() {
      return true;
    }

    @Override
    public boolean keep(List<PurgeRequest> purges, List<String> gone) throws IOException {
      return disk.keep(purges, gone);
    }

    @Override
    public void advance(Advance advance) throws IOException {
      disk.advance(advance);
    }

    @Override
    public void heard(Members members) throws IOException {
      if (fails) {
        throw new IOException("the disk fails");
      }
      disk.heard(members);
    }

    @Override
    public void adopt(long lineage) throws IOException {
      disk.adopt(lineage);
    }
  }
}
