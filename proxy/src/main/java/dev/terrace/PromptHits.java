package dev.terrace;

import dev.terrace.admin.AdminApi;
import dev.terrace.flow.HitLookup;
import dev.terrace.flow.HitPath;
import dev.terrace.flow.PlainHit;
import dev.terrace.flow.Policies;
import dev.terrace.http.RequestHead;
import dev.terrace.http.TraceParent;
import dev.terrace.layer.LayerStack;
import dev.terrace.observe.AccessLog;
import dev.terrace.observe.Event;
import dev.terrace.observe.Metrics;
import dev.terrace.observe.Outcome;
import dev.terrace.rules.Peer;
import dev.terrace.server.Hits;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/// What the fast lane asks, and whom it tells: counters always, the access log where there is one.
///
/// @param admin whose requests are none of the cache's
/// @param path to hits
/// @param layers whose hits are counted
/// @param metrics striped counters
/// @param accessLog if the operator wants a line for every request
/// @param policies for masking
record PromptHits(
    AdminApi admin,
    HitPath path,
    LayerStack layers,
    Metrics metrics,
    Optional<AccessLog> accessLog,
    Supplier<Policies> policies)
    implements Hits {
  private static final int SUCCESS_CLASS = 2;

  @Override
  public Optional<HitLookup> lookup(RequestHead request, Peer peer) {
    return admin.reserves(request) ? Optional.empty() : path.lookup(request, peer);
  }

  @Override
  public void answered(RequestHead request, Peer peer, PlainHit hit, long durationNanos) {
    layers.countHit(hit.layer());
    metrics.hit(hit.layer(), SUCCESS_CLASS, durationNanos);
    if (accessLog.isPresent()) {
      accessLog.get().on(event(request, peer, hit, durationNanos));
    }
  }

  private Event.Answered event(RequestHead request, Peer peer, PlainHit hit, long durationNanos) {
    return new Event.Answered(
        peer.address(),
        request.method(),
        policies.get().secrets().masked(request.authority() + request.target()),
        request.version(),
        200,
        hit.stored().body().bytes(),
        Outcome.HIT,
        Optional.of(hit.layer()),
        Optional.empty(),
        hit.head().rule(),
        hit.stored().entry().key().digest(),
        hit.ageSeconds(),
        hit.ttlSeconds(),
        durationNanos,
        -1,
        TraceParent.ofOrNew(request.headers(), ThreadLocalRandom.current()).traceId());
  }
}
