package dev.terrace.rules;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The operator's rules in their order; the first that matches governs.
public final class RuleSet {
  public RuleSet(List<Rule> rules, Set<String> cacheableMethods) {
    throw new UnsupportedOperationException("not built yet");
  }

  /// The rule that governs; empty where none matches: then the defaults hold.
  public Optional<Rule> governing(Intake intake) {
    throw new UnsupportedOperationException("not built yet");
  }

  public List<Rule> rules() {
    throw new UnsupportedOperationException("not built yet");
  }
}
