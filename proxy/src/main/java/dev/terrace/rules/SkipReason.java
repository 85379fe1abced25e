package dev.terrace.rules;

import java.util.Locale;

/// Why an answer was not stored. The words stand in Cache-Status, metrics, explain and logs.
public enum SkipReason {
  NO_STORE,
  REQUEST_NO_STORE,
  PRIVATE,
  SET_COOKIE,
  VARY_STAR,
  AUTHORIZATION,
  COOKIE,
  METHOD,
  STATUS,
  PARTIAL,
  NO_LIFETIME,
  TTL_ZERO,
  RULE_STATUS,
  RULE_SIZE,
  RULE_LAYERS,
  INCOMPLETE,
  TOO_LARGE,
  TOO_MANY_VARIANTS,
  TOO_MANY_TAGS,
  TOO_MANY_FIELDS,
  /// A purge that covers it came while it was fetched.
  PURGED,
  /// A stored answer that stale-if-error may still need is worth more than this error.
  KEPT_STALE,
  /// The memory for bodies under way is used up.
  NO_ROOM,
  /// Every layer that might hold it is switched off after failures.
  LAYER_OFF;

  private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

  public String word() {
    return word;
  }
}
