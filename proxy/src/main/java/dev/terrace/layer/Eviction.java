package dev.terrace.layer;

import java.util.Locale;

/// Which entry makes room for a new one (`--cache-eviction`).
public enum Eviction {
  /// By frequency and recency together.
  TINYLFU,
  /// The one used longest ago.
  LRU,
  /// The one stored longest ago.
  FIFO;

  private final String word = name().toLowerCase(Locale.ROOT);

  public String word() {
    return word;
  }
}
