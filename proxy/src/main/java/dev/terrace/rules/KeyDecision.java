package dev.terrace.rules;

/// Whether a request may be looked up, and under which key.
public sealed interface KeyDecision {
  /// What goes to the target on its request line, parameters that the rule drops removed.
  String forwardedTarget();

  record Keyed(CacheKey key, String forwardedTarget) implements KeyDecision {}

  record Bypass(BypassReason reason, String forwardedTarget) implements KeyDecision {}
}
