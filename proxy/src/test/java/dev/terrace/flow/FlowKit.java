package dev.terrace.flow;

import dev.terrace.layer.LayerStack;
import dev.terrace.observe.Event;
import dev.terrace.purge.Coherence;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.TestCoherence;
import dev.terrace.rules.ReusePolicy;
import dev.terrace.rules.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// A flow over a real memory layer and real policies, with a scripted target and a clock that
/// stands until it is moved.
final class FlowKit implements AutoCloseable {
  final ScriptedOrigin origin;
  final PurgeTable purges = new PurgeTable(1);
  final List<Event> events = new CopyOnWriteArrayList<>();
  final CacheFlow flow;
  final HitPath hits;

  /// Whether purges elsewhere are heard of.
  volatile boolean trusted = true;

  private final Coherence coherence =
      new TestCoherence(() -> trusted, () -> trusted, Optional::empty);

  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
  private final LayerStack layers;
  private volatile ReusePolicy.Settings reuse = TestPolicies.REUSE;
  private volatile Policies policies = TestPolicies.of(reuse);
  private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

  FlowKit(ScriptedOrigin.Script script, Rule... rules) {
    origin = new ScriptedOrigin(script);
    layers = TestLayers.memory(purges, coherence, this::now);
    rules(rules);
    Parts parts =
        new Parts(
            () -> policies,
            layers,
            purges,
            coherence,
            origin,
            events::add,
            this::now,
            System::nanoTime);
    flow = new CacheFlow(parts);
    hits = new HitPath(parts);
  }

  Instant now() {
    return now;
  }

  /// Replaces the policies by ones with these rules, as a reload does.
  void rules(Rule... rules) {
    policies = TestPolicies.of(reuse, rules);
  }

  /// Replaces the policies by ones without rules that confirm suspects like this, and let them
  /// answer where the target fails.
  void confirming(ReusePolicy.Suspects suspects) {
    reuse =
        new ReusePolicy.Settings(
            TestPolicies.REUSE.clientCacheControl(),
            TestPolicies.REUSE.staleIfUnreachable(),
            suspects,
            ReusePolicy.FailingTarget.ANSWER);
    rules();
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  RecordedExchange get(String target, String... fields) throws Exception {
    return run(new RecordedExchange("GET", target, fields));
  }

  RecordedExchange run(RecordedExchange exchange) throws Exception {
    flow.handle(exchange);
    return exchange;
  }

  /// The same on a thread of its own.
  Future<RecordedExchange> start(RecordedExchange exchange) {
    return clients.submit(
        () -> {
          flow.handle(exchange);
          return exchange;
        });
  }

  long events(Class<? extends Event> type) {
    return events.stream().filter(type::isInstance).count();
  }

  @Override
  public void close() {
    clients.shutdownNow();
    layers.close();
  }
}
