package dev.terrace.redis;

import dev.terrace.observe.Event;
import dev.terrace.observe.Observer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// What is known of the connections of one deployment, for its status. Safe for use by any thread.
final class Reports {
  private final Observer observer;
  private final InstantSource clock;
  private final Supplier<Status.State> state;
  private final Consumer<Node> onConnected;

  private volatile Optional<Duration> roundTrip = Optional.empty();
  private volatile String lastFailure = "";
  private volatile ServerFacts facts = ServerFacts.HIDDEN;

  // Guarded by this.
  private Status.State shown = Status.State.DISCONNECTED;
  private Instant since;

  /// @param state as it is now
  /// @param onConnected hears of every node that is connected, again each time
  Reports(
      Observer observer,
      InstantSource clock,
      Supplier<Status.State> state,
      Consumer<Node> onConnected) {
    this.observer = observer;
    this.clock = clock;
    this.state = state;
    this.onConnected = onConnected;
    this.since = clock.instant();
  }

  /// For the links to one node.
  NodeWatch watcher(Runnable onFailure) {
    return new NodeWatch(clock, this, onFailure);
  }

  void connected(Node node) {
    observer.on(new Event.RedisConnected());
    refresh();
    onConnected.accept(node);
  }

  /// @param was whether there was a connection that is lost now
  void failed(String why, boolean was) {
    lastFailure = why;
    if (was) {
      observer.on(new Event.RedisLost());
    }
    refresh();
  }

  void pinged(Duration time) {
    roundTrip = Optional.of(time);
    refresh();
  }

  /// What the server said of itself.
  void learned(ServerFacts known) {
    facts = known;
  }

  Status status(String mode, int nodes) {
    Instant begun = refresh();
    return new Status(
        state.get(), mode, facts.version(), facts.runId(), nodes, begun, lastFailure, roundTrip);
  }

  /// When the state began that is now.
  private synchronized Instant refresh() {
    Status.State now = state.get();
    if (now != shown) {
      shown = now;
      since = clock.instant();
    }
    return since;
  }
}
