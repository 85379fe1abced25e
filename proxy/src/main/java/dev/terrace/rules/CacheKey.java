package dev.terrace.rules;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// What makes two requests one: the canonical form of method, scheme, host, path, query, key
/// headers and body digest, each part length-prefixed so that no delimiter can be forged.
///
/// Equal canonical forms are equal keys. [KeyPolicy] is the only maker. Immutable; safe for use by
/// any thread.
public final class CacheKey {
  private final String canonical;
  private final UrlKey url;
  private @Nullable String digest;

  /// @param canonical the canonical form, its grammar is [KeyPolicy]'s
  /// @param url what purges by URL name: shared by the methods and variants of one URL
  public CacheKey(String canonical, UrlKey url) {
    this.canonical = canonical;
    this.url = url;
  }

  /// The canonical form; it holds no secret in the clear.
  public String canonical() {
    return canonical;
  }

  /// The URL that this key belongs to.
  public UrlKey url() {
    return url;
  }

  /// SHA-256 of the canonical form as 64 lower-case hexadecimal digits: the name in Redis and
  /// files.
  public String digest() {
    String known = digest;
    if (known == null) {
      known = HexFormat.of().formatHex(sha256(canonical));
      digest = known;
    }
    return known;
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CacheKey key && canonical.equals(key.canonical);
  }

  @Override
  public int hashCode() {
    return canonical.hashCode();
  }

  @Override
  public String toString() {
    return digest();
  }
}
