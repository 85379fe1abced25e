package dev.terrace.rules;

/// Whether a well-formed request is served at all.
public sealed interface Admission {
  record Admitted(Intake intake) implements Admission {}

  /// @param status 400, 404 (outside the api-prefix), 421 (host not allowed) or 508 (own loop)
  /// @param detail for problem+json: what was expected and what came, never a secret
  record Rejected(int status, String detail) implements Admission {}
}
