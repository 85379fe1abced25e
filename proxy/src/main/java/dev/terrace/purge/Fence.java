package dev.terrace.purge;

/// The point in the order of purges at which a fetch began: no purge stamped above it has been
/// respected by what the fetch brings.
///
/// @param lineage the unbroken history in which `stamp` has a meaning; stamps of different lineages
///   are never compared
/// @param stamp as [PurgeTable] gives it
public record Fence(long lineage, long stamp) {}
