package dev.terrace.purge;

import java.util.ArrayList;
import java.util.List;

/// Lineages that an instance followed before, and never enters again; the oldest beyond [#MOST] are
/// forgotten. Not safe for use by several threads.
public final class LeftLineages {
  private static final int MOST = 64;

  private final List<Long> lineages;

  /// @param lineages the last one first
  public LeftLineages(List<Long> lineages) {
    this.lineages = new ArrayList<>(lineages);
  }

  public void leave(long lineage) {
    lineages.remove(lineage);
    lineages.addFirst(lineage);
    if (lineages.size() > MOST) {
      lineages.removeLast();
    }
  }

  /// One that was left before all of these.
  public void leftBefore(long lineage) {
    if (!lineages.contains(lineage)) {
      lineages.addLast(lineage);
    }
  }

  /// The last one first.
  public List<Long> all() {
    return List.copyOf(lineages);
  }
}
