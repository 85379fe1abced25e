package dev.terrace.purge;

/// How the stamps of purges that are accepted here follow each other.
public enum Order {
  /// This process alone orders purges: each counts by one.
  LOCAL {
    @Override
    long next(long position) {
      return position + 1;
    }

    @Override
    long reach(long stamp) {
      return stamp;
    }

    @Override
    long storable(long stamp) {
      return stamp;
    }

    @Override
    boolean isFull(long position) {
      return false;
    }
  },

  /// A log that instances share does: purges accepted here count between two of its own, as [Stamp]
  /// has it.
  SHARED {
    @Override
    long next(long position) {
      return Math.min(position + 1, position | Stamp.LOC_MASK);
    }

    @Override
    long reach(long stamp) {
      return (stamp & Stamp.LOC_MASK) == Stamp.LOC_MASK ? stamp - 1 : stamp;
    }

    @Override
    long storable(long stamp) {
      return stamp & ~Stamp.LOC_MASK;
    }

    @Override
    boolean isFull(long position) {
      return (position + 1 & Stamp.LOC_MASK) == Stamp.LOC_MASK;
    }
  };

  /// The stamp of the next purge accepted at this position.
  abstract long next(long position);

  /// The position that a purge of this stamp leads to. Of the last stamp between two of the log's
  /// there may be several purges, so no fence reaches it: what they cover stays covered until the
  /// log goes on.
  abstract long reach(long stamp);

  /// A fence as it may leave the memory of this process: without what no one else could order.
  abstract long storable(long stamp);

  /// Whether purges may stand above this position.
  abstract boolean isFull(long position);
}
