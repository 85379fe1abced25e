package dev.terrace.flow;

import dev.terrace.layer.LayerStack;
import dev.terrace.observe.Observer;
import dev.terrace.origin.Origin;
import dev.terrace.purge.Coherence;
import dev.terrace.purge.PurgeTable;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// What the flow works with.
///
/// @param policies the current ones, read once a request
/// @param layers of the cache
/// @param purges known here
/// @param coherence whether these may be relied on
/// @param origin the target
/// @param observer told what happened
/// @param clock wall time
/// @param nanos monotonic time, for durations only
public record Parts(
    Supplier<Policies> policies,
    LayerStack layers,
    PurgeTable purges,
    Coherence coherence,
    Origin origin,
    Observer observer,
    InstantSource clock,
    LongSupplier nanos) {}
