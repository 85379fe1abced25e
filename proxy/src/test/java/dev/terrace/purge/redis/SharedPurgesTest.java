package dev.terrace.purge.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrace.observe.Event;
import dev.terrace.purge.Fence;
import dev.terrace.purge.Fenced;
import dev.terrace.purge.Purge;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import dev.terrace.purge.Standing;
import dev.terrace.purge.Verdict;
import dev.terrace.purge.journal.SharedHistory;
import dev.terrace.purge.redis.Follow.Way;
import dev.terrace.redis.Connected;
import dev.terrace.rules.UrlKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Instances that follow one log in a real Redis, step by step: what each order of events does.
final class SharedPurgesTest extends OneLog {
  private static final Duration LONG = SharedPurges.LONGEST_LEASE.plusSeconds(1);

  @Test
  void whatOnePurgedAnotherJudgesBy() {
    Follow a = serving("a");
    Follow b = serving("b");
    settle(a, b);
    Fence before = b.fetch();

    a.purge("one");
    assertThat(a.judge(before)).isEqualTo(Verdict.PURGED);
    assertThat(b.judge(before)).isEqualTo(Verdict.CURRENT);
    a.follow();
    b.follow();

    assertThat(b.judge(before)).isEqualTo(Verdict.PURGED);
    assertThat(b.judge(b.fetch())).isEqualTo(Verdict.CURRENT);
    assertThat(a.judge(b.fetch())).isEqualTo(Verdict.CURRENT);
  }

  @Test
  void everyCauseOfDistrustIsCountedFromZeroOn() throws IOException {
    Map<String, Long> none = serving("a").purges.report().distrust();

    List<String> causes =
        Pattern.compile("doubt\\('([a-z-]+)'")
            .matcher(
                Files.readString(Path.of("src/main/resources/dev/terrace/purge/redis/sync.lua")))
            .results()
            .map(cause -> cause.group(1))
            .toList();
    assertThat(causes).contains("head-missing", "gap");
    assertThat(none.keySet()).containsAll(causes).contains("other-lineage");
    assertThat(none.values()).containsOnly(0L);
  }

  @Test
  void aPurgeIsCompleteOnceEveryMemberHasReportedIt() {
    Follow a = serving("a");
    Follow b = serving("b");
    settle(a, b);

    a.purge("one");
    assertThat(standing(a, "one").log()).isEqualTo(Standing.Logged.PENDING);
    a.follow();
    assertThat(standing(a, "one").log()).isEqualTo(Standing.Logged.APPLIED);
    assertThat(standing(a, "one").others())
        .containsExactly(new Standing.Instance("b", Standing.State.PENDING));
    b.follow();
    a.follow();

    assertThat(standing(a, "one").others())
        .containsExactly(new Standing.Instance("b", Standing.State.APPLIED));
    assertThat(standing(a, "one").isSettled()).isTrue();
  }

  @Test
  void aReceiptSaysOfNobodyThatHeAppliedWhatTheLogDoesNotHave() {
    Follow a = confirming("a");
    Follow b = confirming("b");
    settle(a, b);
    a.way = Way.CUT;
    a.purge("one");
    a.follow();

    var pending = new Standing.Instance("b", Standing.State.PENDING);
    assertThat(standing(a, "one").others()).containsExactly(pending);
    time.pass(LONG);
    assertThat(standing(a, "one").others()).containsExactly(pending);
  }

  @Test
  void aLineageThatIsNewIsNotSettled() {
    Follow a = serving("a").follow();
    a.purge("one");
    a.follow();
    assertThat(standing(a, "one").isSettled()).isFalse();

    time.pass(LONG);
    a.follow();
    assertThat(standing(a, "one").isSettled()).isTrue();
  }

  @Test
  void aSilentMemberThatServesIsWaitedForAndThenNamed() {
    Follow a = serving("a");
    settle(a, serving("b"));
    a.purge("one");
    a.follow();

    time.pass(Duration.ofMinutes(9));
    a.follow();
    assertThat(standing(a, "one").others().getFirst().state()).isEqualTo(Standing.State.PENDING);
    time.pass(Duration.ofMinutes(2));
    a.follow();
    assertThat(standing(a, "one").others().getFirst().state())
        .isEqualTo(Standing.State.UNREACHABLE);
  }

  @Test
  void aSilentMemberThatConfirmsIsBoundOnceItsLeaseHasRunOut() {
    Follow a = confirming("a");
    Follow b = confirming("b");
    settle(a, b);
    a.purge("one");
    a.follow();
    assertThat(b.purges.isTrusted()).isTrue();

    time.pass(LONG);
    a.follow();

    assertThat(standing(a, "one").others().getFirst().state()).isEqualTo(Standing.State.BOUND);
    assertThat(b.purges.isTrusted()).isFalse();
  }

  @Test
  void whatWaitsAtACleanEndIsInTheLogBeforeTheMemberLeaves() throws IOException {
    Follow a = serving("a");
    Follow b = forgetting("b");
    settle(a, b);
    for (int i = 0; i < 250; i++) {
      b.purge("purge-" + i);
    }
    server.ask("HSET", KEY, "run", "another");

    b.purges.end();

    assertThat(seq()).isEqualTo("250");
    assertThat(server.ask("HGET", KEY, "members")).startsWith("a ").doesNotContain("\nb ");
  }

  @Test
  void aMemberThatLeavesIsNotWaitedFor() {
    Follow a = serving("a");
    Follow b = serving("b");
    settle(a, b);
    b.leave();
    a.follow();

    assertThat(standing(a, "one").others()).isEmpty();
    assertThat(b.purges.areFilesTrusted()).isFalse();
  }

  @Test
  void aFlushMakesEverythingOlderSuspectAndCarriesWhatWasPending() {
    Follow a = serving("a");
    Follow b = serving("b");
    settle(a, b);
    Fence before = a.fetch();
    a.purge("one");

    server.ask("FLUSHALL");
    b.follow();
    a.follow();
    b.follow();

    // Purged where the purge is known: it was received after the older lineage was left.
    assertThat(b.judge(before)).isEqualTo(Verdict.PURGED);
    assertThat(b.table.judge(fenced(before, "/other"))).isEqualTo(Verdict.SUSPECT);
    assertThat(b.judge(b.fetch())).isEqualTo(Verdict.CURRENT);
    assertThat(standing(a, "one").log()).isEqualTo(Standing.Logged.APPLIED);
    assertThat(standing(a, "one").isSettled()).isFalse();
  }

  private static Fenced fenced(Fence fence, String path) {
    return new Fenced(fence, new UrlKey("a.example", path), Set.of());
  }

  @Test
  void membersOutliveTheHead() {
    Follow a = serving("a");
    Follow b = serving("b");
    settle(a, b);

    server.ask("FLUSHALL");
    a.follow();
    a.purge("one");
    settle(a);

    assertThat(standing(a, "one").isSettled()).isTrue();
    assertThat(standing(a, "one").others())
        .containsExactly(new Standing.Instance("b", Standing.State.PENDING));
    b.follow();
    a.follow();
    assertThat(standing(a, "one").others())
        .containsExactly(new Standing.Instance("b", Standing.State.APPLIED));
  }

  @Test
  void anotherRunOfTheServerIsAnotherLineage() {
    Follow a = serving("a");
    settle(a);
    Fence before = a.fetch();

    server.restart();
    Connected.await(redis);
    a.follow();

    assertThat(a.judge(before)).isEqualTo(Verdict.SUSPECT);
    assertThat(a.purges.isInContact()).isTrue();
  }

  @Test
  void aRecordThatIsLostIsNoticed() {
    Follow a = serving("a");
    Follow b = serving("b");
    settle(a, b);
    Fence before = b.fetch();
    a.purge("one");
    a.follow();

    server.ask("HDEL", KEY, "r1");
    b.follow();

    assertThat(b.table.judge(fenced(before, "/other"))).isEqualTo(Verdict.SUSPECT);
  }

  @Test
  void olderDataPutBackAreNoticed() {
    Follow a = serving("a");
    settle(a);
    server.ask("COPY", KEY, "copy");
    Fence before = a.fetch();
    a.purge("one");
    a.follow();
    a.follow();

    server.ask("COPY", "copy", KEY, "REPLACE");
    a.follow();

    assertThat(a.judge(before)).isEqualTo(Verdict.PURGED);
    assertThat(a.table.judge(fenced(before, "/other"))).isEqualTo(Verdict.SUSPECT);
  }

  @Test
  void olderDataInWhichAnotherPurgeTookThePlaceAreNoticed() {
    Follow a = serving("a");
    Follow b = serving("b");
    settle(a, b);
    server.ask("COPY", KEY, "copy");
    a.purge("one");
    a.follow();
    Fence before = a.fetch();
    a.way = Way.CUT;
    server.ask("COPY", "copy", KEY, "REPLACE");
    // What b knew is what was put back: only its beat may tell.
    b.follow();
    b.purge("two");
    b.follow();
    a.way = Way.OPEN;
    a.follow();

    assertThat(a.judge(before)).isNotEqualTo(Verdict.CURRENT);
  }

  @Test
  void anEvictedControlKeyIsLikeAFlush() {
    Follow a = serving("a");
    settle(a);
    Fence before = a.fetch();
    server.ask("DEL", KEY);
    a.follow();
    assertThat(a.judge(before)).isEqualTo(Verdict.SUSPECT);
    assertThat(a.judge(a.fetch())).isEqualTo(Verdict.CURRENT);
  }

  @Test
  void aPurgeWhoseAnswerWasLostIsInTheLogOnce() {
    Follow a = serving("a");
    settle(a);
    a.purge("one");
    a.way = Way.LOSES_ANSWERS;
    a.follow();
    assertThat(standing(a, "one").log()).isEqualTo(Standing.Logged.PENDING);

    a.way = Way.OPEN;
    a.follow();

    assertThat(standing(a, "one").log()).isEqualTo(Standing.Logged.APPLIED);
    assertThat(seq()).isEqualTo("1");
  }

  @Test
  void anAnswerOfANodeThatIsNotTheRightfulOneGivesNoLease() {
    Follow a = confirming("a");
    settle(a);
    time.pass(LONG);
    a.way = Way.NOT_RIGHTFUL;
    a.purge("one");
    a.follow();

    assertThat(a.purges.isTrusted()).isFalse();
    assertThat(standing(a, "one").log()).isEqualTo(Standing.Logged.PENDING);
    a.way = Way.OPEN;
    a.follow();
    assertThat(standing(a, "one").log()).isEqualTo(Standing.Logged.APPLIED);
  }

  @Test
  void nobodyBeginsALineageOnANodeThatIsNotTheRightfulOne() {
    Follow a = serving("a");
    a.way = Way.NOT_RIGHTFUL;
    a.follow();
    assertThat(server.ask("EXISTS", KEY)).isEqualTo("0");
  }

  @Test
  void sharedEntriesAreReadInContactAndWithNothingPendingOnly() {
    Follow a = serving("a");
    assertThat(a.purges.beginSharedRead()).isEmpty();
    settle(a);
    assertThat(a.purges.beginSharedRead()).isPresent();

    a.purge("one");
    assertThat(a.purges.beginSharedRead()).isEmpty();
    a.follow();
    assertThat(a.purges.beginSharedRead()).isPresent();
    time.pass(Follow.LEASE);
    assertThat(a.purges.beginSharedRead()).isEmpty();
  }

  @Test
  void whatAnUnsafeMethodInvalidatedReachesOthersOnceASecond() {
    Follow a = serving("a");
    Follow b = serving("b");
    settle(a, b);
    Fence before = b.fetch();
    var purge = new Purge(new Scope.Url(Follow.PAGE), PurgeTable.Mode.HARD, 1);
    for (int i = 0; i < 50; i++) {
      a.purges.invalidated(purge);
    }
    assertThat(a.purges.beginSharedRead()).isEmpty();
    a.follow();
    b.follow();

    assertThat(b.judge(before)).isEqualTo(Verdict.PURGED);
    assertThat(seq()).isEqualTo("1");
  }

  @Test
  void aRestartGoesOnWhereTheDiskSaysAndLosesNoPurge() throws IOException {
    Follow b = serving("b");
    try (ExecutorService writer = Executors.newSingleThreadExecutor()) {
      Fence before;
      try (SharedHistory history = history(writer)) {
        Follow a = onDisk(history);
        settle(a, b);
        before = a.fetch();
        b.purge("one");
        b.follow();
        a.follow();
        a.way = Way.CUT;
        a.purge("two");
      }
      try (SharedHistory history = history(writer)) {
        Follow a = onDisk(history);
        assertThat(a.judge(before)).isEqualTo(Verdict.PURGED);
        assertThat(a.table.judge(fenced(before, "/other"))).isEqualTo(Verdict.CURRENT);
        assertThat(a.purges.areFilesTrusted()).isTrue();
        assertThat(standing(a, "two").log()).isEqualTo(Standing.Logged.PENDING);
        a.follow();
        assertThat(standing(a, "two").log()).isEqualTo(Standing.Logged.APPLIED);
        assertThat(seq()).isEqualTo("2");
        a.leave();
      }
      try (SharedHistory history = history(writer)) {
        assertThat(onDisk(history).purges.areFilesTrusted()).isFalse();
      }
    }
  }

  /// A laptop whose Redis is away still has a cache; but its files may be of another time.
  @Test
  void whoHasNeverFollowedTheLogReusesWhatItFetchedItself() {
    Follow a = serving("a");
    a.way = Way.CUT;
    a.follow();
    assertThat(a.purges.isTrusted()).isTrue();
    assertThat(a.purges.areFilesTrusted()).isFalse();
  }

  /// No receipt would name it: what it holds in memory may be purged without its hearing so.
  @Test
  void whoHasLeftConfirmsEverythingUntilItIsInContact() {
    Follow a = serving("a");
    settle(a);
    a.leave();
    time.pass(LONG);
    assertThat(a.purges.isTrusted()).isFalse();

    settle(a);
    assertThat(a.purges.isTrusted()).isTrue();

    a.way = Way.CUT;
    time.pass(LONG);
    a.follow();
    assertThat(a.purges.isTrusted()).isTrue();
  }

  /// Others wait for it no more, if it left.
  @Test
  void whoDoesNotKnowWhetherHeLeftDoesNotTrustHisFiles() throws IOException {
    assertThat(trustsFilesAfterLeavingOver(Way.LOSES_ANSWERS)).isFalse();
  }

  /// Others wait for it, or name it.
  @Test
  void whoCouldNotLeaveTrustsHisFiles() throws IOException {
    assertThat(trustsFilesAfterLeavingOver(Way.CUT)).isTrue();
  }

  /// It left, came back where Redis was away, and could not leave again: it never was on the list.
  @Test
  void whoHadLeftBeforeDoesNotTrustHisFilesForNotHavingLeftAgain() throws IOException {
    try (ExecutorService writer = Executors.newSingleThreadExecutor()) {
      try (SharedHistory history = history(writer)) {
        Follow a = onDisk(history);
        settle(a);
        a.leave();
      }
      try (SharedHistory history = history(writer)) {
        Follow a = onDisk(history);
        a.way = Way.CUT;
        a.follow();
        assertThatThrownBy(a.purges::leave).isInstanceOf(IOException.class);
      }
      try (SharedHistory history = history(writer)) {
        assertThat(onDisk(history).purges.areFilesTrusted()).isFalse();
      }
    }
  }

  private boolean trustsFilesAfterLeavingOver(Way way) throws IOException {
    try (ExecutorService writer = Executors.newSingleThreadExecutor()) {
      try (SharedHistory history = history(writer)) {
        Follow a = onDisk(history);
        settle(a);
        a.way = way;
        assertThatThrownBy(a.purges::leave).isInstanceOf(IOException.class);
      }
      try (SharedHistory history = history(writer)) {
        return onDisk(history).purges.areFilesTrusted();
      }
    }
  }

  @Test
  void aLateLeaveOfAFormerProcessDoesNotStrikeOutTheOneThatIsThere() {
    Follow a = serving("a");
    Follow former = serving("b");
    settle(a, former);
    Follow b = serving("b");
    settle(a, b);

    former.leave();
    a.purge("one");
    a.follow();

    assertThat(standing(a, "one").others())
        .containsExactly(new Standing.Instance("b", Standing.State.PENDING));
  }

  @Test
  void thatAllHaveAppliedAPurgeIsMeasuredFromItsAcceptance() {
    Follow a = serving("a");
    Follow b = serving("b");
    settle(a, b);
    a.purge("one");
    a.follow();
    time.pass(Duration.ofMillis(7));
    assertThat(a.events).isEmpty();
    b.follow();
    a.follow();
    assertThat(a.events).containsExactly(new Event.PurgePropagated(7_000_000));
    assertThat(b.events).as("who accepted it measures").isEmpty();
  }

  @Test
  void whatIsTooMuchToWaitBecomesOnePurgeOfEverythingWithAllReceiptsAndOverARestart()
      throws IOException {
    ExecutorService writer = Executors.newSingleThreadExecutor();
    try {
      Follow b = serving("b");
      Fence before;
      try (SharedHistory history = history(writer)) {
        Follow a = onDisk(history);
        settle(a, b);
        before = b.fetch();
        a.way = Way.CUT;
        a.follow();
        for (int i = 0; i < 60; i++) {
          a.purges.accept("large-" + i, longUrls(), Mode.HARD);
        }
        assertThat(a.purges.report().pending()).isBetween(1L, 120L);
        assertThat(standing(a, "large-0").log()).isEqualTo(Standing.Logged.PENDING);
        assertThat(standing(a, "large-0").isDurable()).isTrue();
      }
      try (SharedHistory history = history(writer)) {
        assertThat(history.remembered().pending()).hasSizeBetween(1, 120);
        Follow a = onDisk(history);
        assertThat(b.judge(before)).isEqualTo(Verdict.CURRENT);
        settle(a, b);
        assertThat(a.purges.report().pending()).isZero();
        assertThat(b.judge(before)).isEqualTo(Verdict.PURGED);
        assertThat(history.remembered().lineage()).isPresent();
      }
    } finally {
      writer.shutdown();
    }
  }

  @Test
  void aReceiptOfWhatWasFoldedIsThatOfThePurgeInItsPlace() {
    Follow a = serving("a");
    Follow b = serving("b");
    settle(a, b);
    a.way = Way.CUT;
    for (int i = 0; i < 60; i++) {
      a.purges.accept("large-" + i, longUrls(), Mode.SOFT);
    }
    assertThat(standing(a, "large-0").log()).isEqualTo(Standing.Logged.PENDING);
    Fence before = b.fetch();
    a.way = Way.OPEN;
    settle(a, b);

    assertThat(b.judge(before)).isEqualTo(Verdict.SOFT_PURGED);
    for (int i = 0; i < 60; i++) {
      Standing standing = standing(a, "large-" + i);
      assertThat(standing.log()).isEqualTo(Standing.Logged.APPLIED);
      assertThat(standing.others())
          .containsExactly(new Standing.Instance("b", Standing.State.APPLIED));
    }
    a.purges.accept("large-59", longUrls(), Mode.SOFT);
    assertThat(a.purges.report().pending()).as("it came before").isZero();
  }

  @Test
  void aPurgeOfTheLongestUrlsGoesThroughTheLog() {
    Follow a = serving("a");
    Follow b = serving("b");
    settle(a, b);
    List<Scope> longest = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      longest.add(new Scope.Url(new UrlKey("a.example", "/" + i + "a".repeat(256 << 10))));
    }
    longest.add(new Scope.Url(Follow.PAGE));
    Fence before = b.fetch();
    a.purges.accept("long", longest, Mode.HARD);
    settle(a, b);

    assertThat(standing(a, "long").log()).isEqualTo(Standing.Logged.APPLIED);
    assertThat(b.judge(before)).isEqualTo(Verdict.PURGED);
  }

  private static List<Scope> longUrls() {
    List<Scope> urls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      urls.add(new Scope.Url(new UrlKey("a.example", "/" + i + "a".repeat(6 << 10))));
    }
    return urls;
  }
}
