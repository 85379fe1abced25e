package dev.terrace.server;

/// Why a request is not served, with the status that says so (http.md 25). Without a stack trace:
/// clients cause these, as often as they like.
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;

  /// @param detail what was expected and what came; no secrets
  Refusal(int status, String detail) {
    super(detail, null, false, false);
    this.status = status;
  }

  int status() {
    return status;
  }

  /// What is said: never null, unlike [#getMessage()] as its type knows it.
  String detail() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}
