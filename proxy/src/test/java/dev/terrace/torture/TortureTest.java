package dev.terrace.torture;

import dev.terrace.QuickStart;
import dev.terrace.redis.FaultProxy;
import dev.terrace.redis.RedisCluster;
import dev.terrace.redis.RedisSentinels;
import dev.terrace.redis.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Invariant: nothing purged returns, whatever becomes of instances and of Redis. Three processes
/// with memory and files share a Redis, are read and purged all the time, and everything is done to
/// them and to Redis that can happen; no answer is older than what a receipt promised ([Promises]
/// says what that is).
///
/// `-Dterrace.torture.seed=` plays the same harm again, as far as time allows;
/// `-Dterrace.torture.seconds=` sets how long.
final class TortureTest {
  private static final Path LOGS = Path.of("target");

  @TempDir private static Path program;
  private static QuickStart quickStart;

  @TempDir private Path directory;

  private final long seed = Long.getLong("terrace.torture.seed", System.nanoTime() % 1_000_000);

  @BeforeAll
  static void prepare() throws Exception {
    quickStart = QuickStart.in(program);
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve", "revalidate"})
  void nothingPurgedReturns(String outage) throws Exception {
    standalone(outage, seconds(25));
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve", "revalidate"})
  @Tag("soak")
  void nothingPurgedReturnsInTenMinutes(String outage) throws Exception {
    standalone(outage, seconds(600));
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve", "revalidate"})
  @Tag("soak")
  void nothingPurgedReturnsBehindSentinels(String outage) throws Exception {
    try (RedisSentinels sentinels = RedisSentinels.start()) {
      Chronicle chronicle = new Chronicle();
      Promises promises = new Promises(chronicle);
      ControlData control = new ControlData(promises, chronicle);
      List<String> flags =
          List.of(
              "--redis-mode=sentinel",
              "--redis-sentinel-master=" + RedisSentinels.MASTER,
              "--redis-nodes=" + String.join(",", sentinels.addresses()));
      torture(
          "sentinel",
          outage,
          seconds(600),
          Collections.nCopies(Fleet.SIZE, flags),
          List.of(new SentinelHarm(sentinels, control, chronicle)),
          promises,
          chronicle);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve", "revalidate"})
  @Tag("soak")
  void nothingPurgedReturnsInACluster(String outage) throws Exception {
    try (RedisCluster cluster = RedisCluster.start()) {
      Chronicle chronicle = new Chronicle();
      Promises promises = new Promises(chronicle);
      ControlData control = new ControlData(promises, chronicle);
      List<String> flags =
          List.of("--redis-mode=cluster", "--redis-nodes=" + String.join(",", cluster.addresses()));
      torture(
          "cluster",
          outage,
          seconds(600),
          Collections.nCopies(Fleet.SIZE, flags),
          List.of(new ClusterHarm(cluster, control, chronicle)),
          promises,
          chronicle);
    }
  }

  private static Duration seconds(int otherwise) {
    return Duration.ofSeconds(Integer.getInteger("terrace.torture.seconds", otherwise));
  }

  private void standalone(String outage, Duration duration) throws Exception {
    try (RedisServer redis = RedisServer.start(RedisServer.Options.PLAIN.line("appendonly yes"));
        FaultProxy first = FaultProxy.before(redis.port());
        FaultProxy second = FaultProxy.before(redis.port());
        FaultProxy third = FaultProxy.before(redis.port())) {
      List<FaultProxy> ways = List.of(first, second, third);
      Chronicle chronicle = new Chronicle();
      Promises promises = new Promises(chronicle);
      ControlData control = new ControlData(promises, chronicle);
      List<Harm> harms =
          List.of(new WayHarm(ways, chronicle), new StandaloneHarm(redis, control, chronicle));
      List<List<String>> flags =
          ways.stream()
              .map(way -> List.of("--redis-host=127.0.0.1", "--redis-port=" + way.port()))
              .toList();
      torture("standalone", outage, duration, flags, harms, promises, chronicle);
    }
  }

  private void torture(
      String name,
      String outage,
      Duration duration,
      List<List<String>> redisFlags,
      List<Harm> harms,
      Promises promises,
      Chronicle chronicle)
      throws Exception {
    try (PagesTarget target = new PagesTarget(new Random(seed));
        Wire wire = new Wire();
        Fleet fleet =
            new Fleet(quickStart, flags(outage, target, redisFlags), Fleet.Leases.SHORT)) {
      List<Harm> all =
          Stream.concat(Stream.of(new InstanceHarm(fleet, chronicle)), harms.stream()).toList();
      new Torture(fleet, wire, target, all, promises, chronicle, seed)
          .run(duration, LOGS.resolve("torture-" + name + "-" + outage + "-" + seed + ".log"));
    }
  }

  private List<List<String>> flags(
      String outage, PagesTarget target, List<List<String>> redisFlags) {
    List<List<String>> all = new ArrayList<>();
    for (int i = 0; i < Fleet.SIZE; i++) {
      List<String> flags = new ArrayList<>(redisFlags.get(i));
      flags.add(target.flag());
      flags.add("--enable-redis");
      flags.add("--redis-outage=" + outage);
      flags.add("--file-cache-dir=" + directory.resolve("instance-" + i));
      flags.add("--coherence-lease=" + Fleet.LEASE_SECONDS + "s");
      flags.add("--member-timeout=10s");
      flags.add("--purge-wait=100ms");
      all.add(flags);
    }
    return all;
  }
}
