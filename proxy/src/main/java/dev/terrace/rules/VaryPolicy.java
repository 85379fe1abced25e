package dev.terrace.rules;

import dev.terrace.http.Headers;
import java.util.List;

/// Vary (RFC 9111 §4.1): selecting among variants, with the normalisations of http.md 14.
public final class VaryPolicy {
  public VaryPolicy(Secrets secrets) {
    throw new UnsupportedOperationException("not built yet");
  }

  /// The variant that a response with these Vary names is, for a request with these fields.
  public VariantKey variant(List<String> varyNames, Headers request) {
    throw new UnsupportedOperationException("not built yet");
  }

  /// Whether the stored variant answers a request with these fields.
  public boolean matches(VariantKey stored, Headers request) {
    throw new UnsupportedOperationException("not built yet");
  }
}
