package dev.terrace.layer;

import dev.terrace.rules.SkipReason;

/// What became of the wish to store a body.
public sealed interface Opening {
  /// It is taken; who opened it owns the writer.
  record Writing(EntryWriter writer) implements Opening {}

  /// It is not stored.
  record Declined(SkipReason reason) implements Opening {}
}
