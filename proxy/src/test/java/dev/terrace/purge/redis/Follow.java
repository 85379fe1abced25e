package dev.terrace.purge.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.terrace.observe.Event;
import dev.terrace.purge.Fence;
import dev.terrace.purge.Fenced;
import dev.terrace.purge.History;
import dev.terrace.purge.Order;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import dev.terrace.purge.Verdict;
import dev.terrace.redis.NotConnectedException;
import dev.terrace.redis.Redis;
import dev.terrace.rules.UrlKey;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.awaitility.core.ThrowingRunnable;

/// One instance that follows a log in a real Redis, step by step, with clocks of the test's. What
/// the way to Redis does to it can be told, too.
final class Follow {
  static final UrlKey PAGE = new UrlKey("a.example", "/p");
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  static final Duration LEASE = Duration.ofSeconds(10);

  /// Until there is no more to say.
  private static final int MOST_STEPS = 200;

  /// In the log; fewer than in production, so that a test can pass it.
  static final int MOST_RECORDS = 400;

  /// What happens on the way.
  enum Way {
    OPEN,
    /// Redis takes the step, and the answer is lost.
    LOSES_ANSWERS,
    /// Nothing gets through.
    CUT,
    /// Another node is the one that everybody writes to.
    NOT_RIGHTFUL
  }

  /// Time passes for all instances of a test alike.
  static final class Time {
    long nanos;

    void pass(Duration duration) {
      nanos += duration.toNanos();
    }
  }

  final PurgeTable table;
  final SharedPurges purges;
  final List<Event> events = new ArrayList<>();
  Way way = Way.OPEN;

  Follow(Redis redis, String prefix, String id, Member.Binding binding, Time time) {
    this(redis, prefix, id, binding, time, History.none(), table(id));
  }

  /// One that confirms.
  Follow(Redis redis, String prefix, String id, Time time, Duration memberTimeout) {
    this(
        redis, prefix, id, Member.Binding.CONFIRMS, time, History.none(), table(id), memberTimeout);
  }

  Follow(
      Redis redis,
      String prefix,
      String id,
      Member.Binding binding,
      Time time,
      History history,
      PurgeTable table) {
    this(redis, prefix, id, binding, time, history, table, Duration.ofMinutes(10));
  }

  private Follow(
      Redis redis,
      String prefix,
      String id,
      Member.Binding binding,
      Time time,
      History history,
      PurgeTable table,
      Duration memberTimeout) {
    this.table = table;
    Random random = new Random();
    Log real =
        new RedisLog(
            redis,
            new RedisLog.Settings(
                prefix,
                0,
                new Member(id, random.nextLong() >>> 1, 0, 0, binding, ""),
                Duration.ofDays(30),
                MOST_RECORDS,
                Duration.ofSeconds(5)),
            () -> Instant.ofEpochSecond(1_000_000, time.nanos));
    purges =
        new SharedPurges(
            new SharedPurges.Settings(id, binding, LEASE, memberTimeout, Duration.ZERO),
            table,
            new Obstructed(real),
            history,
            () -> Instant.ofEpochSecond(1_000_000, time.nanos),
            () -> time.nanos,
            random,
            events::add);
  }

  private static PurgeTable table(String id) {
    return new PurgeTable(id.hashCode() | 1L, PurgeTable.Bounds.DEFAULT, Order.SHARED, _ -> {});
  }

  /// All in contact, in a lineage that has been known for long.
  static void settle(Time time, Follow... instances) {
    for (int i = 0; i < 3; i++) {
      for (Follow each : instances) {
        each.follow();
      }
      time.pass(SharedPurges.LONGEST_LEASE.plusSeconds(1));
    }
    for (Follow each : instances) {
      each.follow();
    }
  }

  /// Until there is no more to say; a way that is not open is tried once.
  Follow follow() {
    if (way == Way.OPEN) {
      untilConnected(this::steps);
      return this;
    }
    try {
      steps();
    } catch (IOException e) {
      // As the way has it.
    }
    return this;
  }

  private void steps() throws IOException {
    SharedPurges.Next next = SharedPurges.Next.AGAIN;
    for (int i = 0; i < MOST_STEPS && next == SharedPurges.Next.AGAIN; i++) {
      next = purges.step();
    }
    assertThat(next).as("after %d steps", MOST_STEPS).isEqualTo(SharedPurges.Next.LATER);
  }

  /// No more than one step of many.
  void step() {
    untilConnected(purges::step);
  }

  /// Off the list of members.
  void leave() {
    untilConnected(purges::leave);
  }

  /// The connection may be lost for a moment on a busy machine.
  private static void untilConnected(ThrowingRunnable action) {
    await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .ignoreExceptionsInstanceOf(IOException.class)
        .untilAsserted(action);
  }

  /// A purge of the page, on its way to nobody yet.
  String purge(String id) {
    purges.accept(id, List.of(new Scope.Url(PAGE)), Mode.HARD);
    return id;
  }

  /// The fence of a fetch that begins now, as it stands outside of memory.
  Fence fetch() {
    return table.storable(table.capture());
  }

  /// What is thought here of the page, fetched with this fence.
  Verdict judge(Fence fence) {
    return table.judge(new Fenced(fence, PAGE, Set.of()));
  }

  private final class Obstructed implements Log {
    private final Log real;

    Obstructed(Log real) {
      this.real = real;
    }

    @Override
    public Reply step(Ask ask) throws IOException {
      return pass(() -> real.step(ask));
    }

    @Override
    public boolean begin(Reply.Doubt seen, long lineage, List<Long> left, List<Member> absent)
        throws IOException {
      return pass(() -> real.begin(seen, lineage, left, absent));
    }

    @Override
    public void leave(long lineage) throws IOException {
      pass(
          () -> {
            real.leave(lineage);
            return true;
          });
    }

    @Override
    public boolean isRightful() {
      return way != Way.NOT_RIGHTFUL;
    }

    private interface Call<T> {
      T run() throws IOException;
    }

    private <T> T pass(Call<T> call) throws IOException {
      if (way == Way.CUT) {
        throw new NotConnectedException("cut");
      }
      if (way == Way.LOSES_ANSWERS) {
        untilConnected(call::run);
        throw new IOException("the answer is lost");
      }
      return call.run();
    }
  }
}
