package dev.terrace.flow;

import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.Intake;
import dev.terrace.rules.KeyDecision;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.Rule;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// One request on its way through the flow, with what was decided about it so far.
///
/// @param exchange to answer on
/// @param policies that it began with
/// @param intake what was received and what the target is to see
/// @param governing the rule, if any
/// @param decision its key, or why it has none
/// @param body what goes to the target
/// @param arrival its place in the order of arrivals and fetches, see [Fetches]
/// @param startedNanos when its head was complete, for durations
/// @param trace what is told of it
record Call(
    Exchange exchange,
    Policies policies,
    Intake intake,
    Optional<Rule> governing,
    KeyDecision decision,
    Body body,
    long arrival,
    long startedNanos,
    Trace trace) {
  static final Set<LayerName> ALL_LAYERS = EnumSet.allOf(LayerName.class);

  /// A request's body on its way to the target.
  ///
  /// @param reader empty for none
  /// @param bytes its length; empty with a reader: not known
  record Body(Optional<BodyReader> reader, OptionalLong bytes) {
    static final Body NONE = new Body(Optional.empty(), OptionalLong.empty());
  }

  /// The fields that Vary and request directives are read from.
  Headers fields() {
    return intake.request().headers();
  }

  /// Whether the client wants an answer that the target gave after it asked.
  boolean demandsValidation() {
    return policies.reuse().demandsValidation(intake.request());
  }

  Set<LayerName> layers() {
    return governing.map(Rule::layers).orElse(ALL_LAYERS);
  }

  String ruleLabel() {
    return governing.map(Rule::label).orElse("");
  }

  /// @throws IllegalStateException for a request that bypasses the cache
  CacheKey key() {
    return switch (decision) {
      case KeyDecision.Keyed(CacheKey key, _) -> key;
      case KeyDecision.Bypass bypass ->
          throw new IllegalStateException("no key: " + bypass.reason());
    };
  }
}
