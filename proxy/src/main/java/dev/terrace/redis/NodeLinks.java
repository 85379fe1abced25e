package dev.terrace.redis;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// The connections to one server, or to whatever server is the master now: one for each use.
final class NodeLinks implements AutoCloseable {
  private final Map<Redis.Use, Link> links = new EnumMap<>(Redis.Use.class);

  NodeLinks(Link.Place place, Retry retry, Link.Watcher watcher) {
    for (Redis.Use use : Redis.Use.values()) {
      links.put(use, new Link(use, place, retry, watcher));
    }
  }

  NodeLinks start() {
    links.values().forEach(Link::start);
    return this;
  }

  Optional<Live> live(Redis.Use use) {
    return Optional.ofNullable(links.get(use)).flatMap(Link::live);
  }

  /// Whether every connection is there.
  boolean isWhole() {
    return links.values().stream().allMatch(link -> link.live().isPresent());
  }

  /// Gives up those connections that go to another server.
  void keepOnly(Node node, String why) {
    for (Link link : links.values()) {
      link.live().filter(live -> !live.node().equals(node)).ifPresent(live -> live.close(why));
    }
  }

  @Override
  public void close() {
    links.values().forEach(Link::close);
  }
}
