package dev.terrace.flow;

import dev.terrace.http.Headers;
import dev.terrace.http.RequestHead;
import dev.terrace.layer.Entry;
import dev.terrace.layer.LayerStack.Found;
import dev.terrace.observe.Outcome;
import dev.terrace.purge.Fence;
import dev.terrace.rules.Admission;
import dev.terrace.rules.BypassReason;
import dev.terrace.rules.Conditions;
import dev.terrace.rules.Intake;
import dev.terrace.rules.KeyDecision;
import dev.terrace.rules.MissReason;
import dev.terrace.rules.PartialContent;
import dev.terrace.rules.ProxyStatus;
import dev.terrace.rules.ReuseDecision;
import dev.terrace.rules.ReuseDecision.OnFailure;
import dev.terrace.rules.ReusePolicy.Judgement;
import dev.terrace.rules.Rule;
import java.io.IOException;
import java.util.Optional;

/// The one story of a request: admitted, keyed, looked up, judged, and answered from a layer, from
/// a shared fetch, or past the cache. Everything is decided by [Policies]; here it is acted upon.
///
/// Runs on one virtual thread a request; safe for use by any number of them.
public final class CacheFlow {
  /// How often a request looks again because what it waited for did not suit it.
  private static final int MOST_ROUNDS = 4;

  private static final int LOOP = 508;

  private final Parts parts;
  private final Fetches fetches;
  private final Fetching fetching;
  private final Passage passage;

  public CacheFlow(Parts parts) {
    this.parts = parts;
    this.fetches = new Fetches(parts.purges());
    this.fetching = new Fetching(parts, fetches);
    this.passage = new Passage(parts);
  }

  /// Answers one request. Returns when its answer is written or broken off.
  ///
  /// @throws IOException if the client is gone or does not read
  /// @throws InterruptedException if the client left while Terrace waited for something
  public void handle(Exchange exchange) throws IOException, InterruptedException {
    Policies policies = parts.policies().get();
    long started = parts.nanos().getAsLong();
    switch (policies.intake().admit(exchange.request(), exchange.peer())) {
      case Admission.Rejected(int status, String detail) ->
          Reply.refused(
              parts,
              exchange,
              Problem.of(
                  status,
                  detail,
                  status == LOOP
                      ? ProxyStatus.Type.PROXY_LOOP_DETECTED
                      : ProxyStatus.Type.HTTP_REQUEST_DENIED));
      case Admission.Admitted(Intake intake) -> answer(call(exchange, policies, intake, started));
    }
  }

  private Call call(Exchange exchange, Policies policies, Intake intake, long started)
      throws IOException {
    Optional<Rule> governing = policies.rules().governing(intake);
    RequestBody body =
        policies.keys().needsBody(intake, governing)
            ? RequestBody.digested(exchange)
            : RequestBody.unread(exchange);
    KeyDecision decision = policies.keys().key(intake, governing, body.keyed());
    return new Call(
        exchange,
        policies,
        intake,
        governing,
        decision,
        body.toTarget(),
        fetches.arrive(),
        started,
        Trace.of(exchange.request()));
  }

  private void answer(Call call) throws IOException, InterruptedException {
    if (isForUs(call.intake().request())) {
      Reply.options(parts, call);
      return;
    }
    switch (call.decision()) {
      case KeyDecision.Bypass bypass when bypass.reason() == BypassReason.UPGRADE ->
          passage.tunnel(call);
      case KeyDecision.Bypass bypass -> passage.pass(call, bypass.reason());
      case KeyDecision.Keyed _ -> fromCache(call);
    }
  }

  /// OPTIONS that may go no further (RFC 9110 §7.6.2).
  private static boolean isForUs(RequestHead request) {
    return request.method().equals("OPTIONS")
        && request.headers().firstOr("Max-Forwards", "").equals("0");
  }

  private void fromCache(Call call) throws IOException, InterruptedException {
    for (int round = 0; round < MOST_ROUNDS; round++) {
      Fence fence = parts.purges().capture();
      Selection selection = new Selection(call);
      Optional<Found> found = find(call, selection);
      switch (decide(call, found, selection.missReason())) {
        case ReuseDecision.Serve serve -> {
          serve(call, fence, found.orElseThrow(), serve);
          return;
        }
        case ReuseDecision.Refuse(int status) -> {
          Reply.refused(
              parts,
              call,
              Problem.of(
                  status,
                  "only-if-cached, and nothing stored may answer",
                  ProxyStatus.Type.PROXY_INTERNAL_RESPONSE));
          return;
        }
        case ReuseDecision.Validate validate -> {
          if (fetch(call, need(call, fence, found.orElseThrow(), validate))) {
            return;
          }
        }
        case ReuseDecision.Fetch(MissReason reason) -> {
          if (fetch(call, need(call, fence, found, reason))) {
            return;
          }
        }
      }
    }
    fetching.alone(call, Need.of(parts.purges().capture(), MissReason.REQUEST));
  }

  private Optional<Found> find(Call call, Selection selection) {
    return parts
        .layers()
        .find(call.key(), selection, call.layers())
        .filter(found -> found.response().entry().isUnderGateOf(call.governing()));
  }

  private ReuseDecision decide(Call call, Optional<Found> found, MissReason missReason) {
    return found
        .map(
            stored ->
                call.policies()
                    .reuse()
                    .decide(
                        parts.clock().instant(),
                        call.intake().request(),
                        call.governing(),
                        stored.response().entry().head(),
                        stored.judgement()))
        .orElseGet(() -> call.policies().reuse().decideMiss(call.intake().request(), missReason));
  }

  private void serve(Call call, Fence fence, Found found, ReuseDecision.Serve serve)
      throws IOException {
    Outcome outcome = serve.state() == ReuseDecision.State.FRESH ? Outcome.HIT : Outcome.STALE;
    if (serve.state() == ReuseDecision.State.STALE_REFRESH) {
      fetching.refresh(call, refreshing(call, fence, found));
    }
    Reply.stored(parts, call, found.response(), outcome, found.layer());
  }

  private static Need refreshing(Call call, Fence fence, Found found) {
    return new Need(
        fence,
        MissReason.STALE,
        Optional.of(found),
        conditions(call, Conditions.validating(found.response().entry().head().response())),
        OnFailure.PASS_ON);
  }

  /// Only GET and HEAD are asked conditionally: of another method If-None-Match is a precondition,
  /// which fails where the answer is unchanged (RFC 9110 §13.1.2).
  private static Headers conditions(Call call, Headers validating) {
    RequestHead request = call.intake().request();
    return request.isGet() || request.isHead() ? validating : Headers.EMPTY;
  }

  private static Need need(Call call, Fence fence, Found found, ReuseDecision.Validate validate) {
    return new Need(
        fence,
        validate.reason(),
        Optional.of(found),
        conditions(call, validate.conditions()),
        validate.onFailure());
  }

  /// What is found may not be used, but it may be learnt about, or be the beginning of the answer,
  /// unless it has yet to be confirmed itself.
  private Need need(Call call, Fence fence, Optional<Found> found, MissReason reason) {
    return found
        .filter(stored -> stored.judgement() == Judgement.CURRENT)
        .map(
            stored ->
                new Need(
                    fence,
                    reason,
                    Optional.of(stored),
                    completion(call, stored.response().entry()),
                    OnFailure.PASS_ON))
        .orElseGet(() -> Need.of(fence, reason));
  }

  private Headers completion(Call call, Entry stored) {
    RequestHead request = call.intake().request();
    return stored.isPart() && request.isGet() && !request.headers().contains("Range")
        ? PartialContent.completion(parts.clock().instant(), stored.head().response())
            .orElse(Headers.EMPTY)
        : Headers.EMPTY;
  }

  /// @return false if the request is to look again
  private boolean fetch(Call call, Need need) throws IOException, InterruptedException {
    return fetching.answer(call, need, () -> isInMemoryNow(call));
  }

  /// Whether the memory layer holds the answer by now: a fetch may have ended between lookup and
  /// joining.
  private boolean isInMemoryNow(Call call) {
    Optional<Found> found =
        parts
            .layers()
            .findInMemory(call.key(), new Selection(call), parts.clock().instant())
            .filter(stored -> stored.response().entry().isUnderGateOf(call.governing()));
    return found.isPresent()
        && decide(call, found, MissReason.URI_MISS) instanceof ReuseDecision.Serve;
  }
}
