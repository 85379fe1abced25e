package dev.terrace.flow;

import dev.terrace.origin.OriginRequest;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.Conditions;
import dev.terrace.rules.Intake;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.Rule;
import java.util.Optional;
import java.util.Set;

/// What a fetch asks and stores; nothing of it belongs to the client that caused it, so that the
/// fetch outlives it.
///
/// @param policies that the causing request began with
/// @param intake the causing request, for gate and Vary
/// @param governing its rule
/// @param key to store under
/// @param request to the target, conditions included
/// @param need why, what a 304 confirms, and the fence
/// @param layers where the answer is stored
record FetchPlan(
    Policies policies,
    Intake intake,
    Optional<Rule> governing,
    CacheKey key,
    OriginRequest request,
    Need need,
    Set<LayerName> layers) {
  /// The same request without conditions, after a 304 that did not mean what is stored.
  OriginRequest unconditional() {
    return request.withHeaders(Conditions.withoutConditions(request.headers()));
  }

  /// The same request for all of it, after an answer that does not complete the stored part.
  OriginRequest whole() {
    return request.withHeaders(request.headers().without("Range", "If-Range"));
  }

  String ruleLabel() {
    return governing.map(Rule::label).orElse("");
  }
}
