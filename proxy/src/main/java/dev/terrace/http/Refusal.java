package dev.terrace.http;

/// Why a request may not go on: thrown inside [RequestCheck] alone, and turned into a verdict
/// there.
///
/// It has no stack trace, so that a flood of malformed requests costs no more than sound ones.
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  /// @param status the status code of the answer
  /// @param detail what was expected and what came, without any part of a value
  Refusal(int status, String detail) {
    super(detail, null, false, false);
    this.status = status;
  }

  static Refusal malformed(String detail) {
    return new Refusal(400, detail);
  }

  int status() {
    return status;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
