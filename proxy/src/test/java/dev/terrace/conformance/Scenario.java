package dev.terrace.conformance;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A page of the suite: what a client and a target say to each other, in turn.
///
/// @param title what is shown, a sentence
/// @param source where it is written that it must be so
/// @param start what Terrace is started with, beside the target's URL
/// @param only the protocols that can show it; empty for all
/// @param steps in order
/// @param place file and line
record Scenario(
    String title,
    String source,
    Start start,
    Set<Protocol> only,
    Optional<String> missing,
    List<Step> steps,
    String place) {

  /// What Terrace is started with.
  ///
  /// @param flags of the command line
  /// @param environment its variables
  record Start(List<String> flags, Map<String, String> environment) {
    static final Start PLAIN = new Start(List.of(), Map.of());

    Start {
      flags = List.copyOf(flags);
      environment = Map.copyOf(environment);
    }
  }

  /// How clients speak to Terrace.
  enum Protocol {
    HTTP_1("HTTP/1.1"),
    HTTP_2("HTTP/2");

    private final String label;

    Protocol(String label) {
      this.label = label;
    }

    static Optional<Protocol> of(String label) {
      return Arrays.stream(values()).filter(each -> each.label.equals(label)).findAny();
    }

    @Override
    public String toString() {
      return label;
    }
  }

  /// One line at the margin, with the indented lines below it.
  ///
  /// @param line in the file, from 1
  record Step(int line, String text, List<String> details) {}

  boolean runsOver(Protocol protocol) {
    return only.isEmpty() || only.contains(protocol);
  }
}
