package dev.terrace.rules;

import java.util.Locale;

/// Why no lookup was allowed.
public enum BypassReason {
  /// The method is not cacheable here.
  METHOD,
  /// A GET or HEAD with a body.
  BODY_ON_GET,
  /// A POST or QUERY whose body is over 64 KiB.
  BODY_TOO_LARGE,
  /// The governing rule has `enabled: false`.
  RULE_DISABLED,
  /// The governing rule keys by identity and the request lacks one of its credentials.
  NO_IDENTITY,
  /// A tunnel.
  UPGRADE;

  private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

  public String word() {
    return word;
  }
}
