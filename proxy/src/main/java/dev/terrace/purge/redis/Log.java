package dev.terrace.purge.redis;

import java.io.IOException;
import java.util.List;

/// The log of purges that instances share. Used by one thread.
interface Log {
  /// One step of an instance.
  ///
  /// @throws IOException if the log cannot be reached, or did not answer in time: it may have taken
  ///   the step
  Reply step(Ask ask) throws IOException;

  /// Begins a lineage in place of what cannot be trusted any more, if the log is still as it was
  /// seen, and where it was.
  ///
  /// @param left lineages that are never to come back
  /// @param absent members that have to be heard of in the new lineage
  /// @return whether it was still as seen
  boolean begin(Reply.Doubt seen, long lineage, List<Long> left, List<Member> absent)
      throws IOException;

  /// Takes a member off the list.
  void leave(long lineage) throws IOException;

  /// Whether the node that answered last is the one that everybody writes to.
  boolean isRightful() throws IOException;
}
