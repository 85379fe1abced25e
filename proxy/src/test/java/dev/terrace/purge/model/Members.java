package dev.terrace.purge.model;

/// A member as the control key and whoever read it have it: a byte.
final class Members {
  static final int NONE = 0;

  /// Known from an older lineage, and not seen in this one yet.
  static final int CARRIED = 1;

  private static final int PRESENT = 2;

  private Members() {}

  /// A member that reported this seq.
  static int reporting(int seq) {
    return PRESENT + seq;
  }

  /// Whether it is in the lineage and reported that it had applied what stands up to this seq.
  static boolean hasReported(int member, int seq) {
    return member >= PRESENT + seq;
  }
}
