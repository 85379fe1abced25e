package dev.terrace.layer.redis;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.terrace.layer.MalformedEntryException;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.VariantKey;

/// Which variant of a key was found last, so that the next lookup asks for it at once. Bounded;
/// safe for use by any thread.
final class Guesses {
  private static final int MOST = 10_000;

  private static final byte[] NO_VARY = idWithoutVary();

  private final Cache<CacheKey, byte[]> ids = Caffeine.newBuilder().maximumSize(MOST).build();

  byte[] of(CacheKey key) {
    byte[] known = ids.getIfPresent(key);
    return known == null ? NO_VARY : known;
  }

  void remember(CacheKey key, VariantRecord found) {
    if (found.variant().names().isEmpty()) {
      ids.invalidate(key);
    } else {
      ids.put(key, found.id());
    }
  }

  private static byte[] idWithoutVary() {
    try {
      return EntryHash.id(VariantKey.NONE);
    } catch (MalformedEntryException e) {
      throw new IllegalStateException("a response without Vary fits", e);
    }
  }
}
