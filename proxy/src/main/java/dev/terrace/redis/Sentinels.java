package dev.terrace.redis;

import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/// The Sentinels of one master, all asked once a second: what most of them name is the master, so
/// that one of them that was cut off misleads nobody. Those that were named always count; others
/// for as long as they answer, or one that answers knows of them. Safe for use by any thread.
final class Sentinels implements SingleNode.Masters {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /// Sentinels that are asked at most.
  private static final int MOST = 16;

  private final Tools tools;
  private final Set<Node> seeds;
  private final Set<Node> nodes = ConcurrentHashMap.newKeySet();

  /// Whom each has told of.
  private final Map<Node, Set<Node>> told = new ConcurrentHashMap<>();

  private final Map<Node, FutureTask<StatefulRedisSentinelConnection<String, String>>> dials =
      new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private volatile Optional<Node> last = Optional.empty();

  Sentinels(List<Node> seeds, Tools tools) {
    this.tools = tools;
    this.seeds = Set.copyOf(seeds);
    nodes.addAll(seeds);
  }

  /// From now on connections that do not go to the master are given up.
  void watch(NodeLinks links) {
    threads.execute(
        () -> Rounds.untilInterrupted("Following the master", INTERVAL, () -> follow(links)));
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
        votes().votes().entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .map(Map.Entry::getKey);
    last = most;
    return most.orElseThrow();
  }

  /// More than half of all that are known have to name it, whether they answer or not.
  @Override
  public boolean isRightful(Node node) throws IOException, InterruptedException {
    Tally tally = votes();
    int known = Math.max(tally.asked(), nodes.size());
    return 2 * tally.votes().getOrDefault(node, 0) > known;
  }

  /// What one Sentinel says.
  private record Vote(Node sentinel, Node master) {}

  /// @param asked how many Sentinels
  /// @param votes how many name each server
  private record Tally(int asked, Map<Node, Integer> votes) {}

  /// Known once most name the same or no more is to be heard; never empty.
  private Tally votes() throws IOException, InterruptedException {
    Set<Node> asked = Set.copyOf(nodes);
    CompletionService<Vote> answers = new ExecutorCompletionService<>(threads);
    try {
      asked.forEach(sentinel -> answers.submit(() -> new Vote(sentinel, named(sentinel))));
    } catch (RejectedExecutionException closed) {
      throw new IOException("closed", closed);
    }
    Map<Node, Integer> votes = new HashMap<>();
    Set<Node> answered = new HashSet<>();
    IOException failure = new IOException("no Sentinel answers");
    long patience = tools.settings().connectTimeout().plus(Tools.PATIENCE).toNanos();
    long deadline = System.nanoTime() + patience;
    for (int i = 0; i < asked.size(); i++) {
      Future<Vote> next = answers.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (next == null) {
        break;
      }
      try {
        Vote vote = next.get();
        answered.add(vote.sentinel());
        if (2 * votes.merge(vote.master(), 1, Integer::sum) > asked.size()) {
          break;
        }
      } catch (ExecutionException failed) {
        failure = new IOException("no Sentinel names a master: " + tools.failures().line(failed));
      }
    }
    if (votes.isEmpty()) {
      throw failure;
    }
    if (2 * answered.size() > asked.size()) {
      forgetGone(answered);
    }
    return new Tally(asked.size(), votes);
  }

  /// Whoever was started elsewhere is another node, and the old one never answers again.
  private void forgetGone(Set<Node> answered) {
    Set<Node> known = new HashSet<>(seeds);
    known.addAll(answered);
    answered.forEach(sentinel -> known.addAll(told.getOrDefault(sentinel, Set.of())));
    nodes.retainAll(known);
    told.keySet().retainAll(known);
    dials.forEach(
        (sentinel, dial) -> {
          boolean isGone = dial.isDone() && !known.contains(sentinel);
          if (isGone && dials.remove(sentinel, dial)) {
            opened(dial).ifPresent(HangUp::on);
          }
        });
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
    dials.values().forEach(dial -> opened(dial).ifPresent(HangUp::on));
  }

  private void follow(NodeLinks links) throws InterruptedException {
    try {
      links.keepOnly(current(), "another server is the master");
    } catch (IOException unknown) {
      // What is connected stays so; when it is lost, the search for a master says what is wrong.
    }
  }

  private Node named(Node sentinel) throws IOException, InterruptedException {
    StatefulRedisSentinelConnection<String, String> connection = connection(sentinel);
    List<Map<String, String>> masters = tools.await(connection.async().masters());
    Map<String, String> master = chosen(masters);
    String name = master.getOrDefault("name", "");
    learn(sentinel, connection, name);
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
  private void learn(
      Node sentinel, StatefulRedisSentinelConnection<String, String> connection, String name)
      throws IOException, InterruptedException {
    Set<Node> others = new HashSet<>();
    for (Map<String, String> other : tools.await(SentinelWords.others(connection, name))) {
      others.add(node(other));
    }
    told.put(sentinel, others);
    for (Node other : others) {
      if (nodes.size() < MOST) {
        nodes.add(other);
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

  /// One that is there, or that is being made for all who want it.
  private StatefulRedisSentinelConnection<String, String> connection(Node sentinel)
      throws IOException, InterruptedException {
    FutureTask<StatefulRedisSentinelConnection<String, String>> dial =
        dials.compute(
            sentinel,
            (_, known) ->
                known != null && (!known.isDone() || opened(known).isPresent())
                    ? known
                    : new FutureTask<>(() -> tools.dialer().sentinel(sentinel)));
    dial.run();
    try {
      return dial.get();
    } catch (ExecutionException failed) {
      throw new IOException(tools.failures().line(failed), failed);
    }
  }

  /// The connection that this came to, as long as it is open.
  private static Optional<StatefulRedisSentinelConnection<String, String>> opened(
      FutureTask<StatefulRedisSentinelConnection<String, String>> dial) {
    return dial.state() == Future.State.SUCCESS && dial.resultNow().isOpen()
        ? Optional.of(dial.resultNow())
        : Optional.empty();
  }
}
