package dev.terrace.purge.model;

/// Stamps as the model writes them, `seq << 2 | loc`, and sets of purges, a bit each.
final class Stamps {
  static final int LOC_BITS = 2;

  private Stamps() {}

  static int stamp(int seq, int loc) {
    return seq << LOC_BITS | loc;
  }

  static int withoutLoc(int stamp) {
    return stamp >> LOC_BITS << LOC_BITS;
  }

  /// The set of this purge, lineage or instance alone; they are counted from 1, instances from 0.
  static int bit(int number) {
    return number == 0 ? 0 : 1 << number - 1;
  }

  static boolean contains(int set, int number) {
    return (set & bit(number)) != 0;
  }

  /// The generation below which no entry satisfies these purges.
  static int generation(int purges) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(purges);
  }
}
