package dev.terrace.admin;

/// An admin call that cannot be understood; nothing was changed.
final class BadCall extends Exception {
  private final int status;

  private BadCall(int status, String detail) {
    super(detail);
    this.status = status;
  }

  /// @param detail what was expected and what came
  static BadCall malformed(String detail) {
    return new BadCall(400, detail);
  }

  static BadCall tooLarge(long limitBytes) {
    return new BadCall(413, "expected at most " + limitBytes + " bytes of body");
  }

  Answer answer() {
    return Answer.problem(status, String.valueOf(getMessage()));
  }
}
