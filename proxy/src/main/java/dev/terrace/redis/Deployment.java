package dev.terrace.redis;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// What Redis turned out to be.
sealed interface Deployment extends AutoCloseable permits SingleNode, ClusterNodes {
  /// `standalone`, `sentinel` or `cluster`.
  String mode();

  /// Sends to the node that has the key; fails at once where there is no connection to it.
  <T> Sending<T> send(Redis.Use use, byte[] key, Command<T> command);

  /// Sends to this node.
  <T> Sending<T> sendTo(Node node, Redis.Use use, Command<T> command);

  /// The connection that a command about the key would take now.
  Optional<Live> live(Redis.Use use, byte[] key);

  /// The node that has the key; empty while it is not known.
  Optional<Node> nodeOf(byte[] key);

  /// The masters that are known.
  List<Node> nodes();

  /// A node to subscribe at.
  ///
  /// @throws IOException if none is known
  Node anyNode() throws IOException, InterruptedException;

  /// Whether a subscription at this node hears everything.
  boolean serves(Node node);

  /// Whether this node, which answered about the key, is the one that everybody writes to, as far
  /// as anyone but the node can say.
  ///
  /// @throws IOException if nobody can
  boolean isRightful(Node node, byte[] key) throws IOException, InterruptedException;

  /// Whether commands get through.
  Status.State state();

  @Override
  void close();
}
