package dev.terrace.rules;

import java.util.Locale;

/// Why a request went to the target: the words of Cache-Status' `fwd` (RFC 9211 §2.2).
public enum MissReason {
  BYPASS,
  METHOD,
  URI_MISS,
  VARY_MISS,
  REQUEST,
  STALE,
  PARTIAL;

  private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

  public String word() {
    return word;
  }
}
