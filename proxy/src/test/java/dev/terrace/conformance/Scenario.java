package dev.terrace.conformance;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A page of the suite: what a client and a target say to each other, in turn.
///
/// @param title what is shown, a sentence
/// @param source where it is written that it must be so
/// @param flags that Terrace is started with, beside the target's
/// @param only the protocols that can show it; empty for all
/// @param steps in order
/// @param place file and line
record Scenario(
    String title,
    String source,
    List<String> flags,
    Set<Protocol> only,
    List<Step> steps,
    String place) {

  /// How clients speak to Terrace.
  enum Protocol {
    HTTP_1("HTTP/1.1"),
    HTTP_2("HTTP/2");

    private final String label;

    Protocol(String label) {
      this.label = label;
    }

    static Optional<Protocol> of(String label) {
      return java.util.Arrays.stream(values()).filter(each -> each.label.equals(label)).findAny();
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
