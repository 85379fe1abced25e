package dev.terrace.layer;

/// What a layer holds and has done, counted since the start.
///
/// @param entries variants stored
/// @param bytes heads and bodies
/// @param limitBytes 0 where there is none
/// @param hits lookups that found a variant
/// @param misses lookups that did not
/// @param evictions entries dropped for room
/// @param corrupt entries that were found damaged, cut or foreign, and taken out of use
public record LayerStats(
    long entries,
    long bytes,
    long limitBytes,
    long hits,
    long misses,
    long evictions,
    long corrupt) {}
