package dev.terrace.purge.redis;

import dev.terrace.purge.PurgeRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the log answers to a step.
sealed interface Reply {
  /// Something may be lost: nothing was written.
  ///
  /// @param lineage of the head; empty if there is none
  /// @param seq of the head
  /// @param run the process of Redis in which that was seen
  record Doubt(String reason, Optional<Long> lineage, long seq, String run) implements Reply {}

  /// The log is of another lineage.
  record Other(long lineage) implements Reply {}

  /// The log goes on from where the instance is.
  ///
  /// @param seq of the newest record
  /// @param floor records up to this one are forgotten
  /// @param isSettled whether leases of older lineages have run out everywhere
  /// @param known pending purges that were in the log already, not above the seq asked with
  /// @param records that follow what was applied and not forgotten, as many as one answer takes
  record Current(
      long seq,
      long floor,
      boolean isSettled,
      List<Member> members,
      Map<String, Long> known,
      List<PurgeRequest> records)
      implements Reply {}
}
