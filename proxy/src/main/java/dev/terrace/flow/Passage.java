package dev.terrace.flow;

import dev.terrace.observe.Event;
import dev.terrace.observe.Outcome;
import dev.terrace.origin.OriginRequest;
import dev.terrace.origin.OriginResult;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.Scope;
import dev.terrace.rules.BypassReason;
import dev.terrace.rules.Invalidation;
import dev.terrace.rules.MissReason;
import dev.terrace.rules.UrlKey;
import java.io.IOException;
import java.util.List;

/// Passes a request to the target and its answer back, past the cache. What an unsafe method
/// invalidates is purged before the client is answered (RFC 9111 §4.4, http.md 18).
final class Passage {
  private final Parts parts;

  Passage(Parts parts) {
    this.parts = parts;
  }

  void pass(Call call, BypassReason reason) throws IOException, InterruptedException {
    long asked = parts.nanos().getAsLong();
    OriginResult result = parts.origin().ask(FetchPlans.passed(call));
    call.trace().waited(parts.nanos().getAsLong() - asked);
    switch (result) {
      case OriginResult.Failure(OriginResult.Kind kind, String detail) ->
          Reply.refused(parts, call, Failures.problem(kind, detail));
      case OriginResult.Answer answer -> {
        invalidate(call, answer);
        MissReason forwarded =
            reason == BypassReason.METHOD ? MissReason.METHOD : MissReason.BYPASS;
        Reply.passed(
            parts,
            call,
            answer.head(),
            answer.body(),
            answer.bodyBytes(),
            Provenance.forwarded(Outcome.BYPASS, forwarded, reason.word()));
      }
    }
  }

  private void invalidate(Call call, OriginResult.Answer answer) {
    Invalidation invalidation = call.policies().invalidation();
    List<UrlKey> urls = invalidation.covered(call.intake(), call.governing(), answer.head());
    purge("url", urls.stream().<Scope>map(Scope.Url::new).toList());
    List<String> groups = invalidation.groups(call.intake(), call.governing(), answer.head());
    purge("tag", groups.stream().<Scope>map(Scope.Tag::new).toList());
  }

  private void purge(String kind, List<Scope> scopes) {
    scopes.forEach(scope -> parts.purges().purge(scope, PurgeTable.Mode.HARD));
    if (!scopes.isEmpty()) {
      parts.observer().on(new Event.Purged(kind, "hard"));
    }
  }

  void tunnel(Call call) throws IOException {
    OriginRequest request = FetchPlans.passed(call);
    call.exchange().tunnel(request.target(), request.authority(), request.headers());
  }
}
