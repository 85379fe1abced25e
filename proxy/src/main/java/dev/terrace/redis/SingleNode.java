package dev.terrace.redis;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// A server that has every key: a standalone one, or the master that Sentinels name.
final class SingleNode implements Deployment {
  private final String mode;
  private final Masters masters;
  private final NodeLinks links;
  private final Failures failures;

  /// Who is the master.
  interface Masters extends AutoCloseable {
    /// The server to connect to. It is no proof that this is the master: those who answer may be
    /// few, and cut off together with an old one. Whoever needs a proof asks [#isRightful].
    ///
    /// @throws IOException if it is not known now
    Node current() throws IOException, InterruptedException;

    /// The last that was current, and no more of a proof; empty while none was known.
    Optional<Node> last();

    /// Whether most of those who decide name this one.
    boolean isRightful(Node node) throws IOException, InterruptedException;

    /// A server answered with an error that a master does not give.
    void doubt(Live live, String error);

    @Override
    void close();
  }

  /// @param links that are started
  SingleNode(String mode, Masters masters, NodeLinks links, Failures failures) {
    this.mode = mode;
    this.masters = masters;
    this.links = links;
    this.failures = failures;
  }

  @Override
  public String mode() {
    return mode;
  }

  @Override
  public <T> Sending<T> send(Redis.Use use, byte[] key, Command<T> command) {
    return send(use, command);
  }

  @Override
  public <T> Sending<T> sendTo(Node node, Redis.Use use, Command<T> command) {
    return send(use, command);
  }

  @Override
  public Optional<Live> live(Redis.Use use, byte[] key) {
    return links.live(use);
  }

  @Override
  public Optional<Node> nodeOf(byte[] key) {
    return nodes().stream().findFirst();
  }

  @Override
  public List<Node> nodes() {
    return links.live(Redis.Use.LOOKUP).map(Live::node).stream().toList();
  }

  @Override
  public Node anyNode() throws IOException, InterruptedException {
    Optional<Node> last = masters.last();
    return last.isPresent() ? last.get() : masters.current();
  }

  @Override
  public boolean serves(Node node) {
    return masters.last().filter(node::equals).isPresent();
  }

  @Override
  public boolean isRightful(Node node, byte[] key) throws IOException, InterruptedException {
    return masters.isRightful(node);
  }

  @Override
  public Status.State state() {
    return links.isWhole() ? Status.State.CONNECTED : Status.State.DISCONNECTED;
  }

  @Override
  public void close() {
    links.close();
    masters.close();
  }

  private <T> Sending<T> send(Redis.Use use, Command<T> command) {
    Sending<T> sending = new Sending<>(failures, (_, from, error) -> isFollowed(from, error));
    Optional<Live> live = links.live(use);
    if (live.isEmpty()) {
      sending.fail(new NotConnectedException("there is no connection to Redis"));
    } else {
      sending.sent(live.get(), use.send(live.get(), command));
    }
    return sending;
  }

  /// Never: a master that has become a replica, or a cluster, says so, and the next command finds
  /// another one.
  private boolean isFollowed(Live from, String error) {
    if (error.startsWith("READONLY") || error.startsWith("MOVED")) {
      masters.doubt(from, error);
    }
    return false;
  }
}
