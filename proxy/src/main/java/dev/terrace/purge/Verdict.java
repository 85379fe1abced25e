package dev.terrace.purge;

/// What the tables say of an entry, from the best to the worst.
public enum Verdict {
  CURRENT,
  /// Covered by a soft purge only: stale.
  SOFT_PURGED,
  /// A purge may have been forgotten or missed: not used before the target confirms it.
  SUSPECT,
  /// Covered: a miss, and never a validation base.
  PURGED;

  Verdict worse(Verdict other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
