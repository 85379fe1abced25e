package dev.terrace.redis;

import dev.terrace.config.RedisSettings;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Finds out what Redis is, where the operator leaves that to the server.
final class Discovery {
  private final Tools tools;
  private final List<Node> seeds;

  Discovery(Tools tools) {
    this.tools = tools;
    this.seeds =
        tools.settings().nodes().stream()
            .map(address -> new Node(address.host(), address.port()))
            .toList();
  }

  /// The deployment, started.
  ///
  /// @throws IOException if no server could be asked, saying why the last one could not
  Deployment find() throws IOException, InterruptedException {
    return switch (tools.settings().mode()) {
      case STANDALONE -> standalone(seeds.getFirst());
      case SENTINEL -> sentinels(seeds);
      case CLUSTER -> cluster();
      case AUTO -> asServersSay();
    };
  }

  private Deployment asServersSay() throws IOException, InterruptedException {
    IOException last = new IOException("no server is named");
    for (Node seed : seeds) {
      String mode;
      try {
        mode = mode(seed);
      } catch (IOException failure) {
        last = new IOException(seed + ": " + failure.getMessage());
        continue;
      }
      return switch (mode) {
        case "cluster" -> cluster();
        case "sentinel" -> sentinels(seeds);
        default -> standalone(seed);
      };
    }
    throw last;
  }

  private String mode(Node node) throws IOException, InterruptedException {
    StatefulRedisConnection<byte[], byte[]> connection = tools.dialer().probe(node);
    try {
      Optional<String> said = Tools.mode(connection);
      if (said.isPresent()) {
        return said.get();
      }
      ServerFacts facts = ServerFacts.parse(tools.await(connection.async().info("server")));
      return facts.find("redis_mode").orElse("standalone");
    } catch (ErrorReplyException hidden) {
      return "standalone";
    } finally {
      HangUp.on(connection);
    }
  }

  private Deployment standalone(Node node) {
    Lone lone = new Lone(node, tools);
    NodeLinks links =
        new NodeLinks(lone::connect, tools.retry(), tools.reports().watcher(() -> {}));
    return new SingleNode("standalone", lone, links.start(), tools.failures());
  }

  private Deployment sentinels(List<Node> nodes) throws IOException, InterruptedException {
    Sentinels sentinels = new Sentinels(nodes, tools);
    try {
      sentinels.current();
    } catch (IOException | InterruptedException failure) {
      sentinels.close();
      throw failure;
    }
    NodeLinks links =
        new NodeLinks(sentinels::connect, tools.retry(), tools.reports().watcher(() -> {}));
    sentinels.watch(links);
    return new SingleNode("sentinel", sentinels, links.start(), tools.failures());
  }

  private Deployment cluster() throws IOException, InterruptedException {
    if (tools.settings().db() != 0) {
      throw new IOException(
          "db "
              + tools.settings().db()
              + " is asked for, and a Redis Cluster has only db 0: set --redis-db=0");
    }
    return ClusterNodes.open(seeds, tools);
  }

  /// A standalone server is its own master.
  private record Lone(Node node, Tools tools) implements SingleNode.Masters {
    Live connect(Redis.Use use) throws IOException, InterruptedException {
      Live live = tools.connect(node, use);
      boolean other =
          Tools.mode(live.connection()).filter(mode -> !mode.equals("standalone")).isPresent();
      if (other && tools.settings().mode() == RedisSettings.Mode.AUTO) {
        live.close("closed");
        tools.rediscover().run();
        throw new IOException("it is no standalone server any more");
      }
      return live;
    }

    @Override
    public boolean isRightful(Node asked) {
      return true;
    }

    @Override
    public Node current() {
      return node;
    }

    @Override
    public Optional<Node> last() {
      return Optional.of(node);
    }

    @Override
    public void doubt(Live live, String error) {
      if (error.startsWith("MOVED") && tools.settings().mode() == RedisSettings.Mode.AUTO) {
        tools.rediscover().run();
      }
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
