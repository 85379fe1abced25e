package dev.terrace.layer;

import dev.terrace.rules.LayerName;

/// How a layer is doing.
///
/// @param breaker whether it is asked at all
/// @param queuedBytes still to be written to it; 0 once it has everything
/// @param givenUp entries and changes that did not reach it: its queue was full, or it failed
public record LayerReport(
    LayerName name, LayerStats stats, Breaker.State breaker, long queuedBytes, long givenUp) {}
