package dev.terrace.purge;

/// What the tables say of an entry.
public enum Verdict {
  CURRENT,
  /// Covered by a soft purge only: stale.
  SOFT_PURGED,
  /// Covered: a miss, and never a validation base.
  PURGED,
  /// A purge may have been forgotten or missed: not used before the target confirms it.
  SUSPECT
}
