package dev.terrace.redis;

import dev.terrace.config.RedisSettings;
import dev.terrace.observe.Observer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One Redis deployment: standalone, Sentinel or Cluster. It connects in the background and tries
/// again for ever; a command while there is no connection fails at once. Nothing is sent twice, but
/// to the node that a redirection names. Safe for use by any thread.
///
/// Failures are an [IOException]: a [NotConnectedException] where nothing was sent, an
/// [ErrorReplyException] where Redis answered with an error, and a plain one where no answer came
/// in time or the connection was lost, so that the command may have been done or not.
public final class Redis implements AutoCloseable {

  /// A connection each to every node, so that large writes never stand before a lookup.
  public enum Use {
    LOOKUP(8_192),
    CHANGE(512);

    private final int queue;

    Use(int queue) {
      this.queue = queue;
    }

    /// Commands that wait for an answer at most; past it they are refused.
    int queue() {
      return queue;
    }

    <T> CompletionStage<T> send(Live live, Command<T> command) {
      return this == LOOKUP ? live.send(command) : live.sendTogether(command);
    }
  }

  private final Supervisor supervisor;

  private Redis(Supervisor supervisor) {
    this.supervisor = supervisor;
  }

  /// Begins to connect, or with `lazyConnect` waits for the first use. Never blocks, and never
  /// throws because Redis is away.
  ///
  /// @param random of the pauses between tries
  public static Redis open(
      RedisSettings settings, Observer observer, InstantSource clock, RandomGenerator random) {
    Supervisor supervisor = new Supervisor(settings, observer, clock, new Retry(random));
    if (!settings.lazyConnect()) {
      supervisor.start();
    }
    return new Redis(supervisor);
  }

  /// Sends about one key, whose hash slot decides the node, and waits for the answer.
  ///
  /// @param deadline for all of it, redirections included
  public <T> T ask(Use use, byte[] key, Duration deadline, Command<T> command) throws IOException {
    return await(supervisor.deployment().send(use, key, command), deadline);
  }

  /// The same without waiting: it ends at the deadline at the latest, with one of the failures that
  /// `ask` throws.
  public <T> CompletionStage<T> send(Use use, byte[] key, Duration deadline, Command<T> command) {
    try {
      return limited(supervisor.deployment().send(use, key, command), deadline);
    } catch (IOException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  /// Sends to one node of [#nodes], such as INFO, DBSIZE or a step of SCAN, and waits for the
  /// answer.
  public <T> T askNode(Node node, Duration deadline, Command<T> command) throws IOException {
    return await(supervisor.deployment().sendTo(node, Use.CHANGE, command), deadline);
  }

  /// Every master that is known; none while there is no connection.
  public List<Node> nodes() {
    return supervisor.known().map(Deployment::nodes).orElse(List.of());
  }

  /// The name of the node that has the key, for a breaker of its own; empty while it is not known.
  public String nodeOf(byte[] key) {
    return supervisor.known().flatMap(one -> one.nodeOf(key)).map(Node::toString).orElse("");
  }

  /// An answer, and the node that gave it.
  public record Told<T>(T answer, Node by) {}

  /// Changes what is at one key, and says who answered, for [#isRightful].
  ///
  /// @param deadline for all of it, redirections included
  public <T> Told<T> change(byte[] key, Duration deadline, Command<T> command) throws IOException {
    Sending<T> sending = supervisor.deployment().send(Use.CHANGE, key, command);
    T answer = await(sending, deadline);
    return new Told<>(answer, sending.node().orElseThrow());
  }

  /// Whether the node that took a change is the one that everybody writes to: of a master behind
  /// Sentinels, whether most of them name it; of one of a cluster, whether most of the masters
  /// would send others there. A standalone server always is.
  ///
  /// @throws IOException if nobody can say
  public boolean isRightful(Node node, byte[] key) throws IOException {
    try {
      return supervisor.deployment().isRightful(node, key);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while others were asked about " + node);
    }
  }

  /// An answer about the key was not one to the question: whatever comes over that connection may
  /// be another's, so that it is closed and made again.
  public void distrust(Use use, byte[] key) {
    supervisor
        .known()
        .flatMap(one -> one.live(use, key))
        .ifPresent(live -> live.close("its answers are out of step"));
  }

  /// How the connections are.
  public Status status() {
    return supervisor.status();
  }

  /// What is stored on all nodes, as they say it now.
  ///
  /// @param deadline for each node
  public Usage usage(Duration deadline) throws IOException {
    List<ServerFacts> facts = new ArrayList<>();
    for (Node node : nodes()) {
      facts.add(ServerFacts.parse(askNode(node, deadline, commands -> commands.info())));
    }
    if (facts.isEmpty()) {
      throw new NotConnectedException("there is no connection to Redis");
    }
    return Usage.of(facts, supervisor.db());
  }

  /// Hears every message of the channel, as long as the subscription is not closed; in between it
  /// may be lost and made again. Never blocks.
  ///
  /// @param onMessage called in order and on an event loop: it must not block
  /// @param onReconnected called each time the subscription holds, the first time too: what was
  ///   published before may have been missed; on a thread that may block
  public Subscription subscribe(
      String channel, Consumer<byte[]> onMessage, Runnable onReconnected) {
    return supervisor.subscribe(channel, onMessage, onReconnected);
  }

  /// Commands under way fail.
  @Override
  public void close() {
    supervisor.close();
  }

  private static <T> T await(Sending<T> sending, Duration deadline) throws IOException {
    try {
      return sending.result().get(deadline.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      sending.expire(late(deadline));
      return settled(sending);
    } catch (ExecutionException failure) {
      throw ours(failure.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for Redis");
    }
  }

  /// The answer may have come at the very deadline.
  private static <T> T settled(Sending<T> sending) throws IOException {
    try {
      return sending.result().join();
    } catch (CompletionException failure) {
      throw ours(failure.getCause());
    }
  }

  private static <T> CompletionStage<T> limited(Sending<T> sending, Duration deadline) {
    CompletableFuture<T> result = sending.result();
    if (!result.isDone()) {
      CompletableFuture<T> timer =
          result.copy().orTimeout(deadline.toNanos(), TimeUnit.NANOSECONDS);
      var _ =
          timer.whenComplete(
              (_, failure) -> {
                if (failure instanceof TimeoutException) {
                  sending.expire(late(deadline));
                }
              });
    }
    return result;
  }

  private static String late(Duration deadline) {
    return "no answer from Redis within " + deadline.toMillis() + " ms";
  }

  private static IOException ours(@Nullable Throwable failure) {
    return failure instanceof IOException known
        ? known
        : new IOException(String.valueOf(failure), failure);
  }
}
