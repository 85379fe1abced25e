package dev.terrace.rules;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Makes the cache key, deterministic over instances, releases and platforms (`product.md` 2).
public final class KeyPolicy {
  /// @param cacheableMethods GET and HEAD are one
  /// @param keyHeaders part of every key
  /// @param sortQuery whether the key sees parameters sorted by name
  public record Settings(
      Set<String> cacheableMethods, List<String> keyHeaders, boolean sortQuery) {}

  /// Whether the request has a body, and its digest where it is known.
  public sealed interface Body {
    record None() implements Body {}

    record Digest(String sha256) implements Body {}

    /// Over 64 KiB, or of a length not known.
    record TooLarge() implements Body {}
  }

  public KeyPolicy(Settings settings, Secrets secrets) {
    throw new UnsupportedOperationException("not built yet");
  }

  /// Whether key and lookup of this request need the digest of its body.
  public boolean needsBody(Intake intake, Optional<Rule> governing) {
    throw new UnsupportedOperationException("not built yet");
  }

  public KeyDecision key(Intake intake, Optional<Rule> governing, Body body) {
    throw new UnsupportedOperationException("not built yet");
  }
}
