package dev.terrace.purge;

/// A place in the order of purges, as one long. Where instances share a log it is `seq | loc`:
/// `seq` counts the purges that the log has ordered; `loc`, the lowest [#LOC_BITS] bits, the purges
/// that this instance has accepted since the last of those that it knows.
public final class Stamp {
  /// Purges that can be told apart between two answers of the log.
  public static final int LOC_BITS = 20;

  static final long LOC_MASK = (1L << LOC_BITS) - 1;

  private Stamp() {}

  /// The stamp of the purge that the log ordered at `seq`.
  public static long of(long seq) {
    return seq << LOC_BITS;
  }

  public static long seq(long stamp) {
    return stamp >>> LOC_BITS;
  }
}
