package dev.terrace.conformance;

import dev.terrace.conformance.Scenario.Protocol;
import java.util.Locale;

/// The layer that hits of a run come from. Those above it are emptied before each request.
enum AnsweringLayer {
  MEMORY,
  REDIS,
  FILE;

  private final String word = name().toLowerCase(Locale.ROOT);

  /// Redis is played over one protocol alone: what an entry becomes on its way there and back is
  /// the same for all, and each request waits for Redis.
  boolean runsOver(Protocol protocol) {
    return this != REDIS || protocol == Protocol.HTTP_1;
  }

  /// As X-Cache-Layer names it.
  String word() {
    return word;
  }
}
