package dev.terrace.redis;

import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/// The Sentinels of one master, all asked once a second: what most of them name is the master, so
/// that one of them that was cut off misleads nobody. Safe for use by any thread.
final class Sentinels implements SingleNode.Masters {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /// Sentinels that are asked at most.
  private static final int MOST = 16;

  private final Tools tools;
  private final Set<Node> nodes = ConcurrentHashMap.newKeySet();
  private final Map<Node, StatefulRedisSentinelConnection<String, String>> connections =
      new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private volatile Optional<Node> last = Optional.empty();

  Sentinels(List<Node> seeds, Tools tools) {
    this.tools = tools;
    nodes.addAll(seeds);
  }

  /// From now on connections that do not go to the master are given up.
  void watch(NodeLinks links) {
    threads.execute(
        () -> {
          try {
            while (true) {
              Thread.sleep(INTERVAL);
              follow(links);
            }
          } catch (InterruptedException closed) {
            // The thread ends with its deployment.
          }
        });
  }

  /// A connection to the master, if it agrees to be one.
  Live connect(Redis.Use use) throws IOException, InterruptedException {
    Node master = current();
    Live live = tools.connect(master, use);
    if (Tools.isMaster(live.connection()).orElse(true)) {
      return live;
    }
    live.close("closed");
    throw new IOException(master + " is named as the master, and says that it is a replica");
  }

  @Override
  public Node current() throws IOException, InterruptedException {
    Optional<Node> most =
        votes().entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    last = most;
    return most.orElseThrow();
  }

  /// More than half of all that are known have to name it, whether they answer or not.
  @Override
  public boolean isRightful(Node node) throws IOException, InterruptedException {
    return 2 * votes().getOrDefault(node, 0) > nodes.size();
  }

  /// How many Sentinels name each server; never empty.
  private Map<Node, Integer> votes() throws IOException, InterruptedException {
    Map<Node, Integer> votes = new HashMap<>();
    IOException failure = new IOException("no Sentinel answers");
    for (Future<Node> answer : answers()) {
      try {
        votes.merge(answer.get(), 1, Integer::sum);
      } catch (ExecutionException failed) {
        failure = new IOException("no Sentinel names a master: " + tools.failures().line(failed));
      } catch (CancellationException late) {
        // It did not answer in time.
      }
    }
    if (votes.isEmpty()) {
      throw failure;
    }
    return votes;
  }

  @Override
  public Optional<Node> last() {
    return last;
  }

  @Override
  public void doubt(Live live, String error) {
    live.close("it answered " + error);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    connections.values().forEach(HangUp::on);
  }

  private void follow(NodeLinks links) throws InterruptedException {
    try {
      links.keepOnly(current(), "another server is the master");
    } catch (IOException unknown) {
      // What is connected stays so; when it is lost, the search for a master says what is wrong.
    }
  }

  private List<Future<Node>> answers() throws InterruptedException {
    List<Callable<Node>> questions = new ArrayList<>();
    for (Node sentinel : Set.copyOf(nodes)) {
      questions.add(() -> named(sentinel));
    }
    long patience = tools.settings().connectTimeout().plus(Tools.PATIENCE).toNanos();
    try {
      return threads.invokeAll(questions, patience, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      return List.of();
    }
  }

  private Node named(Node sentinel) throws IOException, InterruptedException {
    StatefulRedisSentinelConnection<String, String> connection = connection(sentinel);
    List<Map<String, String>> masters = tools.await(connection.async().masters());
    Map<String, String> master = chosen(masters);
    String name = master.getOrDefault("name", "");
    learn(connection, name);
    return tools.await(connection.async().getMasterAddrByName(name)) instanceof InetSocketAddress at
        ? new Node(at.getHostString(), at.getPort())
        : node(master);
  }

  private Map<String, String> chosen(List<Map<String, String>> masters) throws IOException {
    Optional<String> wanted = tools.settings().sentinelMaster();
    if (wanted.isEmpty() && masters.size() == 1) {
      return masters.getFirst();
    }
    for (Map<String, String> master : masters) {
      if (wanted.filter(name -> name.equals(master.get("name"))).isPresent()) {
        return master;
      }
    }
    List<String> names =
        masters.stream().map(master -> master.getOrDefault("name", "")).sorted().toList();
    throw new IOException(
        "the Sentinels know the masters " + names + ": name one by --redis-sentinel-master");
  }

  /// Other Sentinels of the same master are asked, too, when those that were named are gone.
  private void learn(StatefulRedisSentinelConnection<String, String> connection, String name)
      throws IOException, InterruptedException {
    for (Map<String, String> other : tools.await(SentinelWords.others(connection, name))) {
      if (nodes.size() < MOST) {
        nodes.add(node(other));
      }
    }
  }

  private static Node node(Map<String, String> fields) throws IOException {
    try {
      return new Node(
          fields.getOrDefault("ip", ""), Integer.parseInt(fields.getOrDefault("port", "")));
    } catch (NumberFormatException none) {
      throw new IOException("a Sentinel names a server without a port");
    }
  }

  private StatefulRedisSentinelConnection<String, String> connection(Node sentinel)
      throws IOException, InterruptedException {
    StatefulRedisSentinelConnection<String, String> open = connections.get(sentinel);
    if (open != null && open.isOpen()) {
      return open;
    }
    StatefulRedisSentinelConnection<String, String> made = tools.dialer().sentinel(sentinel);
    StatefulRedisSentinelConnection<String, String> before = connections.put(sentinel, made);
    if (before != null) {
      HangUp.on(before);
    }
    return made;
  }
}
