package dev.terrace.redis;

import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.SlotHash;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The masters of a Redis Cluster. Which of them has which slot is asked again from time to time,
/// once a second while one of them is away, and at once when an answer shows that something moved.
/// Safe for use by any thread.
///
/// It is longer than other files because routing, redirections and the table are one mechanism.
final class ClusterNodes implements Deployment {
  /// Redirections that one command follows.
  private static final int REDIRECTIONS = 5;

  private static final Duration REFRESH = Duration.ofSeconds(15);
  private static final Duration REFRESH_WHILE_AWAY = Duration.ofSeconds(1);

  /// For what other masters say of one.
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /// Least time between two questions for the slots.
  private static final Duration SPACING = Duration.ofMillis(100);

  private final List<Node> seeds;
  private final Tools tools;
  private final Map<Node, NodeLinks> links = new ConcurrentHashMap<>();

  /// Slots that moved since the table was made.
  private final Map<Integer, Node> moved = new ConcurrentHashMap<>();

  private final Semaphore doubts = new Semaphore(0);
  private final Thread refresher;

  private volatile SlotTable table;

  private ClusterNodes(List<Node> seeds, Tools tools, SlotTable table) {
    this.seeds = seeds;
    this.tools = tools;
    this.table = table;
    this.refresher =
        Thread.ofVirtual()
            .name("redis-slots")
            .unstarted(
                () ->
                    Rounds.untilInterrupted(
                        "Asking for the slots", SPACING, this::awaitDoubtAndRefresh));
  }

  /// Started.
  ///
  /// @throws IOException if no node tells the slots
  static ClusterNodes open(List<Node> seeds, Tools tools) throws IOException, InterruptedException {
    ClusterNodes cluster = new ClusterNodes(seeds, tools, slots(Set.copyOf(seeds), tools));
    cluster.table.masters().forEach(cluster::links);
    cluster.refresher.start();
    return cluster;
  }

  @Override
  public String mode() {
    return "cluster";
  }

  @Override
  public <T> Sending<T> send(Redis.Use use, byte[] key, Command<T> command) {
    Sending<T> sending = sending(use, command);
    Optional<Node> owner = nodeOf(key);
    if (owner.isEmpty()) {
      doubt();
      sending.fail(new NotConnectedException("no node of the Redis Cluster has the slot"));
    } else {
      send(sending, owner.get(), use, command);
    }
    return sending;
  }

  @Override
  public <T> Sending<T> sendTo(Node node, Redis.Use use, Command<T> command) {
    Sending<T> sending = sending(use, command);
    send(sending, node, use, command);
    return sending;
  }

  @Override
  public Optional<Live> live(Redis.Use use, byte[] key) {
    return nodeOf(key).map(links::get).flatMap(node -> node.live(use));
  }

  @Override
  public Optional<Node> nodeOf(byte[] key) {
    int slot = SlotHash.getSlot(key);
    Optional<Node> newer = Optional.ofNullable(moved.get(slot));
    return newer.isPresent() ? newer : table.owner(slot);
  }

  @Override
  public List<Node> nodes() {
    return table.masters();
  }

  @Override
  public Node anyNode() throws IOException {
    return table.masters().stream()
        .filter(node -> Optional.ofNullable(links.get(node)).filter(NodeLinks::isWhole).isPresent())
        .findAny()
        .orElseThrow(() -> new IOException("no node of the Redis Cluster is connected"));
  }

  @Override
  public boolean serves(Node node) {
    return table.all().contains(node);
  }

  /// That a node took a write says little: one that was stopped in mid-motion while another was
  /// elected in its place goes on as a master for a moment when it wakes up. So the other masters
  /// are asked about the key, and most of all masters have to send the question to this node.
  @Override
  public boolean isRightful(Node node, byte[] key) throws InterruptedException {
    List<Node> masters = table.masters();
    BlockingQueue<Boolean> words = new LinkedBlockingQueue<>();
    int naming = 0;
    int asked = 0;
    for (Node master : masters) {
      if (master.equals(node)) {
        naming++;
      } else {
        asked++;
        var _ =
            owner(master, key)
                .whenComplete((owner, _) -> words.add(Optional.of(node).equals(owner)));
      }
    }
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (2 * naming <= masters.size() && asked > 0) {
      Boolean isNaming = words.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (isNaming == null) {
        return false;
      }
      asked--;
      naming += isNaming ? 1 : 0;
    }
    return 2 * naming > masters.size();
  }

  /// Whom a node would send a question about the key to; itself if it answers it.
  private CompletionStage<Optional<Node>> owner(Node asked, byte[] key) {
    Sending<Long> question = new Sending<>(tools.failures(), (_, _, _) -> false);
    send(question, asked, Redis.Use.LOOKUP, commands -> commands.exists(key));
    return question
        .result()
        .handle(
            (_, failure) ->
                failure == null
                    ? Optional.of(asked)
                    : Redirection.parse(String.valueOf(failure.getMessage()), asked)
                        .map(Redirection::node));
  }

  @Override
  public Status.State state() {
    List<Node> masters = table.masters();
    long whole =
        masters.stream()
            .filter(
                node -> Optional.ofNullable(links.get(node)).filter(NodeLinks::isWhole).isPresent())
            .count();
    if (whole == masters.size()) {
      return Status.State.CONNECTED;
    }
    return whole == 0 ? Status.State.DISCONNECTED : Status.State.PARTLY;
  }

  @Override
  public void close() {
    refresher.interrupt();
    links.values().forEach(NodeLinks::close);
  }

  private <T> Sending<T> sending(Redis.Use use, Command<T> command) {
    AtomicInteger followed = new AtomicInteger();
    return new Sending<>(
        tools.failures(),
        (sending, from, error) -> {
          Optional<Redirection> to = Redirection.parse(error, from.node());
          if (to.isPresent() && followed.incrementAndGet() <= REDIRECTIONS) {
            follow(sending, to.get(), use, command);
            return true;
          }
          if (error.startsWith("CLUSTERDOWN") || error.startsWith("READONLY") || to.isPresent()) {
            doubt();
          }
          return false;
        });
  }

  private <T> void follow(Sending<T> sending, Redirection to, Redis.Use use, Command<T> command) {
    switch (to.kind()) {
      case MOVED -> {
        moved.put(to.slot(), to.node());
        doubt();
        send(sending, to.node(), use, command);
      }
      case ASK -> {
        Optional<Live> live = links(to.node()).live(Redis.Use.CHANGE);
        if (live.isEmpty()) {
          sending.fail(away(to.node()));
        } else {
          sending.sent(live.get(), live.get().sendAsking(command));
        }
      }
    }
  }

  private <T> void send(Sending<T> sending, Node node, Redis.Use use, Command<T> command) {
    Optional<Live> live = links(node).live(use);
    if (live.isEmpty()) {
      sending.fail(away(node));
    } else {
      sending.sent(live.get(), use.send(live.get(), command));
    }
  }

  private static NotConnectedException away(Node node) {
    return new NotConnectedException("there is no connection to Redis at " + node);
  }

  private NodeLinks links(Node node) {
    NodeLinks known = links.get(node);
    return known != null ? known : links.computeIfAbsent(node, this::begin);
  }

  private NodeLinks begin(Node node) {
    return new NodeLinks(
            use -> tools.connect(node, use), tools.retry(), tools.reports().watcher(this::doubt))
        .start();
  }

  /// Something is not where the table says.
  private void doubt() {
    if (doubts.availablePermits() == 0) {
      doubts.release();
    }
  }

  private void awaitDoubtAndRefresh() throws InterruptedException {
    Duration pause = state() == Status.State.CONNECTED ? REFRESH : REFRESH_WHILE_AWAY;
    boolean doubted = doubts.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS);
    if (doubted) {
      doubts.drainPermits();
    }
    refresh();
  }

  private void refresh() throws InterruptedException {
    Set<Node> known = new LinkedHashSet<>(table.all());
    known.addAll(links.keySet());
    known.addAll(seeds);
    try {
      SlotTable newer = slots(known, tools);
      Set<Integer> before = Set.copyOf(moved.keySet());
      table = newer;
      moved.keySet().removeAll(before);
      newer.masters().forEach(this::links);
      links.keySet().stream().filter(node -> !newer.masters().contains(node)).forEach(this::end);
    } catch (IOException nobodyTells) {
      // The links say what is wrong; the table that is known stays.
    }
  }

  private void end(Node node) {
    NodeLinks ended = links.remove(node);
    if (ended != null) {
      ended.close();
    }
  }

  /// Asked of the nodes in turn, until one tells.
  private static SlotTable slots(Set<Node> nodes, Tools tools)
      throws IOException, InterruptedException {
    IOException last = new IOException("no node of a Redis Cluster is known");
    for (Node node : nodes) {
      try {
        return slots(node, tools);
      } catch (IOException failure) {
        last = new IOException(node + ": " + failure.getMessage());
      }
    }
    throw last;
  }

  private static SlotTable slots(Node node, Tools tools) throws IOException, InterruptedException {
    StatefulRedisConnection<byte[], byte[]> connection = tools.dialer().probe(node);
    try {
      return SlotTable.parse(tools.await(connection.async().clusterSlots()), node);
    } finally {
      HangUp.on(connection);
    }
  }
}
