package dev.terrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A master, two replicas and Sentinels with short timeouts, all real.
public final class RedisSentinels implements AutoCloseable {
  public static final String MASTER = "terrace";

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int DOWN_AFTER_MILLIS = 500;
  private static final int NEVER_MILLIS = 3_600_000;
  private static final int REPLICAS = 2;
  private static final int SENTINELS = 3;

  /// Of this machine, and nobody listens there.
  private static final String NOWHERE = "127.0.0.9";

  /// Where the Sentinels say that they are.
  enum Announced {
    HERE,
    /// Where clients do not reach them, as from behind NAT.
    ELSEWHERE
  }

  private final List<RedisServer> servers;
  private final List<RedisServer> sentinels;

  private RedisSentinels(List<RedisServer> servers, List<RedisServer> sentinels) {
    this.servers = servers;
    this.sentinels = sentinels;
  }

  /// Three of them, started, and ready for a failover.
  public static RedisSentinels start() {
    return start(SENTINELS, Announced.HERE);
  }

  /// Started, and ready for a failover.
  static RedisSentinels start(int count, Announced announced) {
    RedisServer.Options options = RedisServer.Options.PLAIN.line("repl-diskless-sync-delay 0");
    RedisServer master = RedisServer.start(options);
    List<RedisServer> servers = new ArrayList<>(List.of(master));
    for (int i = 0; i < REPLICAS; i++) {
      servers.add(RedisServer.start(options.line("replicaof 127.0.0.1 " + master.port())));
    }
    List<RedisServer> sentinels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sentinels.add(sentinel(master, announced));
    }
    RedisSentinels all = new RedisSentinels(servers, sentinels);
    all.awaitReadiness();
    return all;
  }

  /// The addresses of the Sentinels.
  public List<String> addresses() {
    return sentinels.stream().map(RedisServer::address).toList();
  }

  public List<RedisServer> sentinels() {
    return List.copyOf(sentinels);
  }

  /// Master and replicas, in no order.
  public List<RedisServer> servers() {
    return List.copyOf(servers);
  }

  /// The server that the first Sentinel that answers names as the master.
  public RedisServer master() {
    RedisServer sentinel =
        sentinels.stream().filter(RedisServer::isAlive).findFirst().orElseThrow();
    String port = sentinel.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER).split("\n", -1)[1];
    return servers.stream()
        .filter(server -> Integer.toString(server.port()).equals(port))
        .findFirst()
        .orElseThrow();
  }

  /// Makes one of the replicas the master, as an operator would, and waits until it is.
  public RedisServer failover() {
    RedisServer old = master();
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> sentinels.getFirst().ask("SENTINEL", "FAILOVER", MASTER).equals("OK"));
    return awaitOtherMaster(old);
  }

  /// Kills the master, and waits until another is one, which none becomes before the work is done.
  public void killMaster(Runnable meanwhile) {
    RedisServer old = master();
    declareDownAfter(NEVER_MILLIS);
    old.kill();
    meanwhile.run();
    declareDownAfter(DOWN_AFTER_MILLIS);
    awaitOtherMaster(old);
  }

  private void declareDownAfter(int millis) {
    for (RedisServer sentinel : sentinels) {
      sentinel.ask("SENTINEL", "SET", MASTER, "down-after-milliseconds", Integer.toString(millis));
    }
  }

  /// Waits until a server other than this one is named as the master, and is one.
  public RedisServer awaitOtherMaster(RedisServer old) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              assertThat(master()).isNotSameAs(old);
              assertThat(master().ask("ROLE")).startsWith("master");
            });
    return master();
  }

  /// Ends a Sentinel and starts another elsewhere; the others forget the one that ended.
  public void replaceSentinel(int index) {
    sentinels.get(index).close();
    sentinels.set(index, sentinel(master(), Announced.HERE));
    awaitThatTheOthersAreForgotten();
  }

  /// Ends all Sentinels and starts them again where they were, having forgotten who they were.
  void restartAnew() {
    sentinels.forEach(RedisServer::stop);
    for (RedisServer sentinel : sentinels) {
      sentinel.edit(
          line -> !line.startsWith("sentinel myid") && !line.startsWith("sentinel known-sentinel"));
      sentinel.restart();
      quicken(sentinel);
    }
    awaitThatTheOthersAreForgotten();
  }

  /// A Sentinel lists whoever it heard of once, until it is told to begin anew.
  private void awaitThatTheOthersAreForgotten() {
    for (RedisServer sentinel : sentinels) {
      sentinel.ask("SENTINEL", "RESET", MASTER);
    }
    awaitReadiness();
  }

  /// Waits until every Sentinel knows the others and two replicas in step.
  public void awaitReadiness() {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              assertThat(master().ask("INFO", "replication"))
                  .contains("slave0:")
                  .contains("slave1:")
                  .doesNotContain("state=wait_bgsave");
              for (RedisServer sentinel : sentinels) {
                assertThat(sentinel.ask("INFO", "sentinel"))
                    .contains("status=ok,address=" + master().address())
                    .contains("slaves=" + REPLICAS + ",sentinels=" + sentinels.size());
              }
            });
  }

  @Override
  public void close() {
    sentinels.forEach(RedisServer::close);
    servers.forEach(RedisServer::close);
  }

  private static RedisServer sentinel(RedisServer master, Announced announced) {
    RedisServer sentinel =
        RedisServer.start(
            RedisServer.Options.PLAIN
                .argument("--sentinel")
                .line(
                    "sentinel announce-ip "
                        + switch (announced) {
                          case HERE -> "127.0.0.1";
                          case ELSEWHERE -> NOWHERE;
                        })
                .line("sentinel monitor " + MASTER + " 127.0.0.1 " + master.port() + " 2")
                .line("sentinel down-after-milliseconds " + MASTER + " " + DOWN_AFTER_MILLIS)
                .line("sentinel failover-timeout " + MASTER + " 1000")
                .line("sentinel parallel-syncs " + MASTER + " 2"));
    quicken(sentinel);
    return sentinel;
  }

  /// It looks at its servers more often than the once in ten seconds that is usual.
  private static void quicken(RedisServer sentinel) {
    sentinel.ask("SENTINEL", "DEBUG", "INFO-PERIOD", "200", "PUBLISH-PERIOD", "200");
  }
}
