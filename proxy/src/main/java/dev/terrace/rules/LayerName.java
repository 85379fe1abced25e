package dev.terrace.rules;

import java.util.Locale;

/// The layers of the cache, from the top down.
public enum LayerName {
  MEMORY,
  REDIS,
  FILE;

  private final String word = name().toLowerCase(Locale.ROOT);

  /// As it stands in `X-Cache-Layer`, metrics and rules.
  public String word() {
    return word;
  }
}
