package dev.terrace.rules;

import dev.terrace.http.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Vary (RFC 9111 §4.1): selecting among variants, with the normalisations of http.md 14.
/// Immutable; safe for use by any thread.
public final class VaryPolicy {
  /// Holds the client's address, which no two clients share and which the fields of the request do
  /// not show as the target sees it: a response that varies by it answers no second request.
  private static final String CLIENT_ADDRESS = "x-forwarded-for";

  private final Secrets secrets;

  public VaryPolicy(Secrets secrets) {
    this.secrets = secrets;
  }

  /// The variant that a response with these Vary names is, for a request with these fields.
  ///
  /// @param varyNames in lower case, sorted, none twice
  /// @param request the end-to-end fields ([Intake#request])
  public VariantKey variant(List<String> varyNames, Headers request) {
    if (varyNames.isEmpty()) {
      return VariantKey.NONE;
    }
    List<String> values = new ArrayList<>(varyNames.size());
    for (String name : varyNames) {
      values.add(value(name, request));
    }
    return new VariantKey(varyNames, values);
  }

  /// Whether the stored variant answers a request with these fields.
  public boolean matches(VariantKey stored, Headers request) {
    List<String> names = stored.names();
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equals(CLIENT_ADDRESS)
          || !stored.values().get(i).equals(value(names.get(i), request))) {
        return false;
      }
    }
    return true;
  }

  private String value(String name, Headers request) {
    Optional<String> joined = request.joined(name);
    if (joined.isEmpty()) {
      return VariantKey.ABSENT;
    }
    if (secrets.isSecret(name)) {
      return secrets.digest(joined.get());
    }
    return FieldList.normalised(name, joined.get());
  }
}
