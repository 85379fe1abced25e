package dev.terrace.observe;

import java.util.Locale;

/// How a request was answered: the words of `X-Cache` (`product.md` 5).
public enum Outcome {
  /// From the cache, without the target; a 304, 206 or HEAD answered from it too.
  HIT,
  /// From the target.
  MISS,
  /// From the cache, past its life.
  STALE,
  /// From the cache after the target's 304.
  REVALIDATED,
  /// From the target, no lookup was allowed.
  BYPASS,
  /// By Terrace itself: an error, an admin answer.
  OWN;

  private final String word = name().toLowerCase(Locale.ROOT);

  /// As metrics and logs name it.
  public String word() {
    return word;
  }
}
