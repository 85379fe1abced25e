package dev.terrace.purge;

/// The newest purges of one scope.
///
/// @param hard stamp of the newest hard one; 0 if there is none
/// @param soft stamp of the newest soft one; 0 if there is none
record Version(long hard, long soft) {
  static final Version NONE = new Version(0, 0);

  Version and(PurgeTable.Mode mode, long stamp) {
    return switch (mode) {
      case HARD -> new Version(Math.max(hard, stamp), soft);
      case SOFT -> new Version(hard, Math.max(soft, stamp));
    };
  }

  Version and(Version other) {
    return new Version(Math.max(hard, other.hard), Math.max(soft, other.soft));
  }

  long newest() {
    return Math.max(hard, soft);
  }

  /// What this scope alone says of an entry that it covers.
  Verdict verdict(long fence) {
    if (fence < hard) {
      return Verdict.PURGED;
    }
    return fence < soft ? Verdict.SOFT_PURGED : Verdict.CURRENT;
  }
}
