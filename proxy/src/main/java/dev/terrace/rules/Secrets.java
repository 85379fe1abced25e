package dev.terrace.rules;

import java.util.Set;

/// What is a credential, and how it is hidden: masked for people, a digest in keys.
public final class Secrets {
  /// @param moreNames from `--secret-names`
  /// @param hmacKey `--key-secret`, empty for none
  /// @param salt the key prefix, used where there is no hmacKey
  public Secrets(Set<String> moreNames, String hmacKey, String salt) {
    throw new UnsupportedOperationException("not built yet");
  }

  /// Whether a field or query parameter of this name holds a credential.
  public boolean isSecret(String name) {
    throw new UnsupportedOperationException("not built yet");
  }

  /// The digest that stands for the value in keys.
  public String digest(String value) {
    throw new UnsupportedOperationException("not built yet");
  }

  /// The target with the values of secret query parameters as `***`.
  public String masked(String target) {
    throw new UnsupportedOperationException("not built yet");
  }
}
