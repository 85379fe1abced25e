package dev.terrace.redis;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An error by which a node of a cluster names the one to ask instead.
///
/// @param kind for good, or for this one command
/// @param slot that it is about
/// @param node to ask
record Redirection(Kind kind, int slot, Node node) {
  private static final Pattern SYNTAX =
      Pattern.compile("(MOVED|ASK) ([0-9]{1,5}) (.*):([0-9]{1,5})");

  enum Kind {
    MOVED,
    ASK
  }

  /// @param from the node that answered: the host where none is named
  static Optional<Redirection> parse(String error, Node from) {
    Matcher parts = SYNTAX.matcher(error);
    if (!parts.matches() || Integer.parseInt(parts.group(2)) >= SlotTable.SLOTS) {
      return Optional.empty();
    }
    String host = parts.group(3).isEmpty() ? from.host() : parts.group(3);
    return Optional.of(
        new Redirection(
            Kind.valueOf(parts.group(1)),
            Integer.parseInt(parts.group(2)),
            new Node(host, Integer.parseInt(parts.group(4)))));
  }
}
