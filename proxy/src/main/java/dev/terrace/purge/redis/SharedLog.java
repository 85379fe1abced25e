package dev.terrace.purge.redis;

import dev.terrace.observe.Observer;
import dev.terrace.purge.History;
import dev.terrace.purge.PurgeTable;
import dev.terrace.redis.Redis;
import dev.terrace.redis.Subscription;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// The log of purges in Redis, followed: the state of this instance, the thread that steps, and the
/// bell.
public final class SharedLog implements AutoCloseable {
  /// One step: a script that may read some hundred records.
  private static final Duration STEP_DEADLINE = Duration.ofSeconds(2);

  /// @param prefix of every key
  /// @param db of Redis
  /// @param self the id of this instance
  /// @param confirms whether this instance confirms everything with the target once it is cut off
  /// @param lease how long it relies on an answer of the log
  /// @param memberTimeout after which nobody waits for a silent member
  /// @param purgeWait how long a purge waits for the others
  /// @param longestLife of an entry
  public record Settings(
      String prefix,
      int db,
      String self,
      Confirms confirms,
      Duration lease,
      Duration memberTimeout,
      Duration purgeWait,
      Duration longestLife) {}

  /// What a cut-off instance does.
  public enum Confirms {
    NOTHING,
    EVERYTHING
  }

  private final SharedPurges purges;
  private final RedisLog log;
  private final HandOver handOver;
  private final Follower follower;
  private final Redis redis;
  private final Settings settings;
  private Optional<Subscription> bell = Optional.empty();

  /// @param table SHARED, restored from `history`
  /// @param handOver closed with this
  /// @param random makes lineages; a secure one
  public SharedLog(
      Redis redis,
      Settings settings,
      PurgeTable table,
      History history,
      HandOver handOver,
      InstantSource clock,
      LongSupplier nanoTime,
      RandomGenerator random,
      Observer observer) {
    this.redis = redis;
    this.settings = settings;
    this.handOver = handOver;
    Member.Binding binding =
        switch (settings.confirms()) {
          case NOTHING ->
              history.outlivesProcess() ? Member.Binding.SERVES : Member.Binding.FORGETS;
          case EVERYTHING -> Member.Binding.CONFIRMS;
        };
    long boot = random.nextLong() >>> 1;
    log =
        new RedisLog(
            redis,
            new RedisLog.Settings(
                settings.prefix(),
                settings.db(),
                new Member(settings.self(), boot, 0, 0, binding, ""),
                settings.longestLife(),
                RedisLog.MOST_RECORDS,
                STEP_DEADLINE),
            clock);
    purges =
        new SharedPurges(
            new SharedPurges.Settings(
                settings.self(),
                binding,
                settings.lease(),
                settings.memberTimeout(),
                settings.purgeWait()),
            table,
            log,
            history,
            clock,
            nanoTime,
            random,
            observer);
    purges.reach(handOver::hand);
    follower = new Follower(purges);
  }

  /// Begins to follow.
  public void start() {
    follower.start();
    bell =
        Optional.of(
            redis.subscribe(
                RedisLog.bell(settings.prefix(), settings.db()),
                _ -> follower.hurry(),
                follower::hurry));
  }

  /// @param address where other instances reach the admin API of this one, such as
  ///   `10.0.0.7:4000/cache`; until it is known, and where there is none, they cannot
  public void reachedAt(String address) {
    log.address(address);
  }

  public SharedPurges purges() {
    return purges;
  }

  @Override
  public void close() {
    bell.ifPresent(Subscription::close);
    follower.close();
    handOver.close();
  }
}
