package dev.terrace.flow;

import dev.terrace.http.Headers;
import dev.terrace.http.RequestHead;
import dev.terrace.origin.OriginRequest;
import dev.terrace.rules.CacheControl;
import dev.terrace.rules.Conditions;
import java.util.Set;

/// Makes fetches from requests: what the target is asked.
final class FetchPlans {
  /// Sent again where the pooled connection was closed under it (RFC 9110 §9.2.2).
  private static final Set<String> IDEMPOTENT =
      Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "QUERY");

  private final Parts parts;
  private final Fetches fetches;

  FetchPlans(Parts parts, Fetches fetches) {
    this.parts = parts;
    this.fetches = fetches;
  }

  /// Whether this request can neither lead nor follow: its answer depends on fields that others do
  /// not send, or may not be stored whatever it is.
  boolean needsOwnRequest(Call call, Need need) {
    RequestHead request = call.intake().request();
    Headers fields = request.headers();
    boolean range =
        fields.contains("Range") && (need.confirmable().isEmpty() || need.part().isPresent());
    return request.isHead()
        || range
        || fields.contains("If-Match")
        || fields.contains("If-Unmodified-Since")
        || CacheControl.of(fields, "Cache-Control").has(CacheControl.Directive.NO_STORE);
  }

  /// A fetch that others may join: without the conditions of the client that causes it.
  Fetch shared(Call call, Need need) {
    Headers fields = Conditions.withoutConditions(forwarded(call)).without("Range", "If-Range");
    return fetch(call, need, fields);
  }

  /// A fetch for one request: its own conditions stay, unless a stored response is to be confirmed.
  Fetch alone(Call call, Need need) {
    Headers fields = forwarded(call);
    return need.confirmable().isEmpty()
        ? fetch(call, need, fields)
        : fetch(call, need, Conditions.withoutConditions(fields));
  }

  /// What the target is asked where no lookup was allowed.
  static OriginRequest passed(Call call) {
    return request(call, forwarded(call));
  }

  private Fetch fetch(Call call, Need need, Headers fields) {
    Headers asked = fields;
    for (Headers.Field condition : need.conditions()) {
      asked = asked.with(condition.name(), condition.value());
    }
    FetchPlan plan =
        new FetchPlan(
            call.policies(),
            call.intake(),
            call.governing(),
            call.key(),
            request(call, asked),
            need,
            call.layers());
    return new Fetch(parts, plan, fetches.begin());
  }

  private static Headers forwarded(Call call) {
    return call.trace()
        .toTarget(call.policies().forwarding().toTarget(call.intake(), call.exchange().peer()));
  }

  private static OriginRequest request(Call call, Headers fields) {
    String method = call.intake().request().method();
    return new OriginRequest(
        method,
        call.decision().forwardedTarget(),
        call.intake().forwardedHost(),
        fields,
        call.body().reader(),
        call.body().bytes(),
        call.exchange().loop(),
        call.exchange()::interim,
        IDEMPOTENT.contains(method)
            ? OriginRequest.Retry.IDEMPOTENT_ONCE
            : OriginRequest.Retry.NEVER);
  }
}
