package dev.terrace.purge.model;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// What an exploration or a walk found.
///
/// @param states that were seen first, or for a walk, all
/// @param whole whether no state was left out
/// @param fired steps that happened at least once
/// @param trace from the first state to the breach; empty without one
record Outcome(
    long states,
    long steps,
    boolean whole,
    Breach breach,
    Set<Step> fired,
    List<String> trace,
    Duration time) {
  Outcome {
    fired = fired.isEmpty() ? Set.of() : EnumSet.copyOf(fired);
    trace = List.copyOf(trace);
  }

  /// One line for people.
  String figures() {
    return "%,d states, %,d steps in %.1f s%s: %s"
        .formatted(
            states,
            steps,
            time.toMillis() / 1000.0,
            whole ? ", all there are" : "",
            breach == Breach.NONE ? "no breach" : breach + " after " + trace.size() + " steps");
  }

  @Override
  public String toString() {
    return figures() + (trace.isEmpty() ? "" : "\n  " + String.join("\n  ", trace));
  }
}
