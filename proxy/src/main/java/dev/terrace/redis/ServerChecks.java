package dev.terrace.redis;

import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at every server once, when it is first connected, and says plainly what of it does not
/// fit: over a connection and on a thread of its own, so that nothing waits for it. A server that
/// hides what is asked is taken as it is. Safe for use by any thread.
final class ServerChecks {
  private static final Logger LOG = LoggerFactory.getLogger(Redis.class);

  /// Servers that are remembered; a cluster that restarts more often is told of again.
  private static final int REMEMBERED = 1_000;

  private final Tools tools;
  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  /// One look at a time.
  private final Semaphore turn = new Semaphore(1);

  ServerChecks(Tools tools) {
    this.tools = tools;
  }

  /// @param mode of the deployment, where it is known already
  void check(Node node, Optional<String> mode) {
    Thread.ofVirtual().name("redis-check").start(() -> look(node, mode.orElse("standalone")));
  }

  private void look(Node node, String mode) {
    try {
      turn.acquire();
      try {
        lookOnce(node, mode);
      } finally {
        turn.release();
      }
    } catch (IOException failure) {
      LOG.debug("Redis at {} could not be looked at: {}", node, failure.getMessage());
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookOnce(Node node, String mode) throws IOException, InterruptedException {
    StatefulRedisConnection<byte[], byte[]> connection = tools.dialer().probe(node);
    try {
      look(node, mode, connection.async());
    } finally {
      HangUp.on(connection);
    }
  }

  private void look(Node node, String mode, RedisAsyncCommands<byte[], byte[]> commands)
      throws IOException, InterruptedException {
    ServerFacts facts = facts(commands);
    tools.reports().learned(facts);
    String run = facts.runId().isEmpty() ? node.toString() : facts.runId();
    if (seen.size() >= REMEMBERED) {
      seen.clear();
    }
    if (!seen.add(run)) {
      return;
    }
    List<String> lines = new ArrayList<>(Fitness.of(facts, mode));
    if (facts.fields().isEmpty()) {
      lines.add(
          "it hides INFO: without it the order of purges cannot be trusted, and this layer is not read");
    }
    lines.addAll(rights(commands));
    for (String line : lines) {
      LOG.warn("Redis at {}: {}", node, line);
    }
  }

  private ServerFacts facts(RedisAsyncCommands<byte[], byte[]> commands)
      throws IOException, InterruptedException {
    ServerFacts facts;
    try {
      facts = ServerFacts.parse(tools.await(commands.info()));
    } catch (ErrorReplyException hidden) {
      return ServerFacts.HIDDEN;
    }
    try {
      return facts.with(Fitness.SNAPSHOTS, tools.await(commands.configGet("save")).get("save"));
    } catch (ErrorReplyException forbidden) {
      return facts;
    }
  }

  private List<String> rights(RedisAsyncCommands<byte[], byte[]> commands)
      throws IOException, InterruptedException {
    Map<String, String> denied = Rights.denied(commands, tools);
    return denied.isEmpty()
        ? List.of()
        : List.of(
            "its user may not use "
                + String.join(", ", denied.keySet())
                + ": the Redis layer needs these on keys "
                + tools.settings().keyPrefix()
                + "* ("
                + denied.values().iterator().next()
                + ")");
  }
}
