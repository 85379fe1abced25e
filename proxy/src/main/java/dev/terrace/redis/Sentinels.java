package dev.terrace.redis;

import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
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
/// that one of them that was cut off misleads nobody. Who counts is for [Voters] to say. Safe for
/// use by any thread.
final class Sentinels implements SingleNode.Masters {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Tools tools;
  private final Voters voters;
  private final Map<Node, FutureTask<StatefulRedisSentinelConnection<String, String>>> dials =
      new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private volatile Optional<Node> last = Optional.empty();

  Sentinels(List<Node> seeds, Tools tools) {
    this.tools = tools;
    this.voters = new Voters(seeds);
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

  /// The one that is named by more of those that answer than any other.
  @Override
  public Node current() throws IOException, InterruptedException {
    Optional<Node> most =
        votes().entrySet().stream()
            .max(Comparator.comparingInt(named -> named.getValue().size()))
            .map(Map.Entry::getKey);
    last = most;
    return most.orElseThrow();
  }

  /// More than half of all that count have to name it, whether they answer or not.
  @Override
  public boolean isRightful(Node node) throws IOException, InterruptedException {
    return voters.areMost(votes().getOrDefault(node, Set.of()));
  }

  /// What one Sentinel says.
  private record Vote(Voters.Word word, Node master) {}

  /// Which voters name each server: known once most name the same or no more is to be heard; never
  /// empty.
  private Map<Node, Set<String>> votes() throws IOException, InterruptedException {
    Set<Node> asked = voters.addresses();
    CompletionService<Vote> answers = new ExecutorCompletionService<>(threads);
    try {
      asked.forEach(sentinel -> answers.submit(() -> vote(sentinel)));
    } catch (RejectedExecutionException closed) {
      throw new IOException("closed", closed);
    }
    Map<Node, Set<String>> naming = new HashMap<>();
    List<Voters.Word> words = new ArrayList<>();
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
        if (voters.hear(vote.word())) {
          words.add(vote.word());
          Set<String> those = naming.computeIfAbsent(vote.master(), _ -> new HashSet<>());
          those.add(vote.word().voter());
          if (voters.areMost(those)) {
            break;
          }
        }
      } catch (ExecutionException failed) {
        failure = new IOException("no Sentinel names a master: " + tools.failures().line(failed));
      }
    }
    if (naming.isEmpty()) {
      throw failure;
    }
    voters.forgetGone(words);
    hangUpWhereNobodyIs();
    return naming;
  }

  private void hangUpWhereNobodyIs() {
    Set<Node> asked = voters.addresses();
    dials.forEach(
        (address, dial) -> {
          boolean isGone = dial.isDone() && !asked.contains(address);
          if (isGone && dials.remove(address, dial)) {
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

  private Vote vote(Node sentinel) throws IOException, InterruptedException {
    StatefulRedisSentinelConnection<String, String> connection = connection(sentinel);
    Map<String, String> master = chosen(tools.await(connection.async().masters()));
    String name = master.getOrDefault("name", "");
    Voters.Word word =
        new Voters.Word(sentinel, id(sentinel, connection), others(connection, name));
    return tools.await(connection.async().getMasterAddrByName(name)) instanceof InetSocketAddress at
        ? new Vote(word, new Node(at.getHostString(), at.getPort()))
        : new Vote(word, node(master));
  }

  /// One that cannot tell is the one that others list at this address.
  private String id(Node sentinel, StatefulRedisSentinelConnection<String, String> connection)
      throws IOException, InterruptedException {
    try {
      return tools.await(SentinelWords.id(connection));
    } catch (ErrorReplyException older) {
      return voters.listedAt(sentinel);
    }
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

  /// The other Sentinels of the same master, by id.
  private Map<String, Node> others(
      StatefulRedisSentinelConnection<String, String> connection, String name)
      throws IOException, InterruptedException {
    Map<String, Node> others = new HashMap<>();
    for (Map<String, String> other : tools.await(SentinelWords.others(connection, name))) {
      Node address = node(other);
      String id = other.getOrDefault("runid", "");
      others.put(id.isEmpty() ? address.toString() : id, address);
    }
    return others;
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
