package dev.terrace.purge.redis;

import dev.terrace.purge.PurgeRequest;
import java.util.List;
import java.util.Optional;

/// What an instance says of itself to the log, and asks.
///
/// @param lineage that it follows; empty if none yet
/// @param seq up to which it has applied, and written down, what the log holds
/// @param nonce of the record at `seq`
/// @param left lineages that it followed before
/// @param beat rises with each step
/// @param acknowledged the last beat of this boot that the log is known to have taken in this
///   lineage; empty if none
/// @param isLongKnown whether every lease of an older lineage must have run out by now
/// @param carried members that were heard of elsewhere, for who begins in a lineage
/// @param struck members, as they were last heard of, that are to be struck off
/// @param pending that the log may not have yet
record Ask(
    Optional<Long> lineage,
    long seq,
    long nonce,
    List<Long> left,
    long beat,
    Optional<Long> acknowledged,
    boolean isLongKnown,
    List<Member> carried,
    List<Member> struck,
    List<PurgeRequest> pending) {}
