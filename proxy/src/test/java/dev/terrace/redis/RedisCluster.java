package dev.terrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A Redis Cluster of three masters with a replica each, all real, put together by its own
/// commands.
public final class RedisCluster implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MASTERS = 3;
  private static final int SLOTS = 16_384;

  private final List<RedisServer> servers;
  private final List<ReservedPort> busPorts;

  private RedisCluster(List<RedisServer> servers, List<ReservedPort> busPorts) {
    this.servers = servers;
    this.busPorts = busPorts;
  }

  /// Started, and its state ok.
  public static RedisCluster start() {
    return start(RedisServer.Options.PLAIN);
  }

  /// @param options of every server
  public static RedisCluster start(RedisServer.Options options) {
    List<RedisServer> servers = new ArrayList<>();
    List<ReservedPort> busPorts = new ArrayList<>();
    try {
      for (int i = 0; i < 2 * MASTERS; i++) {
        ReservedPort bus = ReservedPort.take();
        busPorts.add(bus);
        servers.add(
            RedisServer.start(
                options
                    .line("cluster-enabled yes")
                    .line("cluster-port " + bus.number())
                    .line("cluster-announce-ip 127.0.0.1")
                    .line("cluster-node-timeout 1000")
                    .line("cluster-replica-validity-factor 0")
                    .line("repl-diskless-sync-delay 0")));
      }
      RedisCluster cluster = new RedisCluster(servers, busPorts);
      cluster.join();
      return cluster;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public List<RedisServer> servers() {
    return List.copyOf(servers);
  }

  /// The addresses of all servers.
  public List<String> addresses() {
    return servers.stream().map(RedisServer::address).toList();
  }

  /// The masters as the first server that is alive sees them.
  public List<RedisServer> masters() {
    return servers.stream()
        .filter(RedisServer::isAlive)
        .filter(server -> server.ask("ROLE").startsWith("master"))
        .toList();
  }

  /// The slot of a key.
  public int slot(String key) {
    return Integer.parseInt(anyAlive().ask("CLUSTER", "KEYSLOT", key));
  }

  /// The master that has the slot.
  public RedisServer ownerOf(int slot) {
    for (RedisServer server : masters()) {
      for (String line : server.ask("CLUSTER", "NODES").split("\n", -1)) {
        if (line.contains("myself,master") && hasSlot(line, slot)) {
          return server;
        }
      }
    }
    throw new IllegalStateException("nobody has slot " + slot);
  }

  /// Moves a slot with its keys, and tells every master.
  public void moveSlot(int slot, RedisServer to) {
    RedisServer from = beginMove(slot, to);
    moveKeys(slot, from, to);
    endMove(slot, to);
  }

  /// Marks the slot as being moved: its owner answers ASK for keys that it does not have.
  ///
  /// @return its owner
  public RedisServer beginMove(int slot, RedisServer to) {
    RedisServer from = ownerOf(slot);
    String number = Integer.toString(slot);
    to.ask("CLUSTER", "SETSLOT", number, "IMPORTING", id(from));
    from.ask("CLUSTER", "SETSLOT", number, "MIGRATING", id(to));
    return from;
  }

  /// Moves the keys of a slot that is marked.
  public void moveKeys(int slot, RedisServer from, RedisServer to) {
    String number = Integer.toString(slot);
    String keys = from.ask("CLUSTER", "GETKEYSINSLOT", number, "1000");
    for (String key : keys.isEmpty() ? List.<String>of() : List.of(keys.split("\n", -1))) {
      from.ask("MIGRATE", to.host(), Integer.toString(to.port()), key, "0", "5000");
    }
  }

  /// Gives the slot to its new owner for good.
  public void endMove(int slot, RedisServer to) {
    String number = Integer.toString(slot);
    String owner = id(to);
    to.ask("CLUSTER", "SETSLOT", number, "NODE", owner);
    for (RedisServer master : masters()) {
      master.ask("CLUSTER", "SETSLOT", number, "NODE", owner);
    }
  }

  /// Kills a master, and waits until its replica has taken its place.
  public void killMaster(RedisServer master) {
    killMaster(master, () -> {});
  }

  /// The same; no replica takes its place before the work is done.
  public void killMaster(RedisServer master, Runnable meanwhile) {
    int before = masters().size();
    forbidFailover("yes");
    master.kill();
    meanwhile.run();
    forbidFailover("no");
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(masters()).hasSize(before).doesNotContain(master));
    awaitState();
  }

  private void forbidFailover(String yesOrNo) {
    servers.stream()
        .filter(RedisServer::isAlive)
        .forEach(server -> server.ask("CONFIG", "SET", "cluster-replica-no-failover", yesOrNo));
  }

  /// Waits until every server that is alive says that the state is ok.
  public void awaitState() {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              for (RedisServer server : servers) {
                if (server.isAlive()) {
                  assertThat(server.ask("CLUSTER", "INFO")).contains("cluster_state:ok");
                }
              }
            });
  }

  /// Waits until every slot has a master, and every master a replica that is in step.
  public void awaitHealth() {
    awaitState();
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(masters())
                    .hasSize(MASTERS)
                    .allSatisfy(
                        master ->
                            assertThat(master.ask("INFO", "replication"))
                                .contains("slave0:")
                                .contains("state=online")));
  }

  @Override
  public void close() {
    servers.forEach(RedisServer::close);
    try {
      for (ReservedPort port : busPorts) {
        port.close();
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void join() {
    RedisServer first = servers.getFirst();
    for (int i = 0; i < MASTERS; i++) {
      int from = i * SLOTS / MASTERS;
      int to = (i + 1) * SLOTS / MASTERS - 1;
      servers.get(i).ask("CLUSTER", "ADDSLOTSRANGE", "" + from, "" + to);
      // Distinct epochs, so that nobody has to agree on them first.
      servers.get(i).ask("CLUSTER", "SET-CONFIG-EPOCH", "" + (i + 1));
    }
    for (int i = 1; i < servers.size(); i++) {
      String bus = "" + busPorts.get(i).number();
      first.ask("CLUSTER", "MEET", "127.0.0.1", "" + servers.get(i).port(), bus);
    }
    for (int i = 0; i < MASTERS; i++) {
      RedisServer replica = servers.get(MASTERS + i);
      String master = id(servers.get(i));
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> replica.ask("CLUSTER", "REPLICATE", master).equals("OK"));
    }
    awaitState();
    awaitReplicas();
  }

  private void awaitReplicas() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              for (RedisServer server : servers) {
                String nodes = server.ask("CLUSTER", "NODES");
                assertThat(nodes.lines().filter(line -> line.contains("slave"))).hasSize(MASTERS);
                assertThat(nodes).doesNotContain("handshake");
              }
              for (int i = 0; i < MASTERS; i++) {
                assertThat(servers.get(i).ask("INFO", "replication"))
                    .contains("slave0:")
                    .contains("state=online");
              }
            });
  }

  private RedisServer anyAlive() {
    return servers.stream().filter(RedisServer::isAlive).findFirst().orElseThrow();
  }

  private static String id(RedisServer server) {
    return server.ask("CLUSTER", "MYID");
  }

  private static boolean hasSlot(String line, int slot) {
    String[] words = line.split(" ", -1);
    for (int i = 8; i < words.length; i++) {
      String[] range = words[i].startsWith("[") ? new String[0] : words[i].split("-", -1);
      if (range.length > 0
          && Integer.parseInt(range[0]) <= slot
          && slot <= Integer.parseInt(range[range.length - 1])) {
        return true;
      }
    }
    return false;
  }
}
