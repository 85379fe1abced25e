package dev.terrace.config;

/// The configuration is refused: the message is the one line that the operator reads.
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Refusal(String line) {
    super(line);
  }

  /// The line; never null, never more than one.
  String line() {
    return String.valueOf(getMessage());
  }
}
