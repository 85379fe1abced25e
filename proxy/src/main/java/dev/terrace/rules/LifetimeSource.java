package dev.terrace.rules;

import java.util.Locale;

/// Where an entry's lifetime came from, the strongest first (`product.md` 4).
public enum LifetimeSource {
  /// A rule with `ttlMode: override`.
  OVERRIDE,
  TARGETED,
  S_MAXAGE,
  MAX_AGE,
  EXPIRES,
  RULE,
  CACHE_TTL,
  HEURISTIC,
  /// None was stated: validated at every use.
  NONE;

  private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /// As explain, logs and Cache-Status name it.
  public String word() {
    return word;
  }
}
