package dev.terrace.conformance;

import java.util.Locale;

/// The layer that hits of a run come from. Those above it are emptied before each request.
enum AnsweringLayer {
  MEMORY,
  FILE;

  private final String word = name().toLowerCase(Locale.ROOT);

  /// As X-Cache-Layer names it.
  String word() {
    return word;
  }
}
