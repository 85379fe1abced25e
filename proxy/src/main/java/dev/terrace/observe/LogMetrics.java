package dev.terrace.observe;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.function.Supplier;

/// What `/metrics` tells of the log of purges that instances share.
final class LogMetrics {
  private LogMetrics() {}

  static void register(
      PrometheusRegistry registry,
      Supplier<Metrics.LogReading> reading,
      DurationHistogram propagation) {
    registry.register(
        () ->
            HistogramSnapshot.builder()
                .name("terrace_purge_propagation_seconds")
                .help("From the acceptance of a purge here until all others have applied it.")
                .dataPoint(propagation.snapshot(Labels.EMPTY))
                .build());
    gauge("terrace_purges_pending", "Purges accepted here that Redis does not have.")
        .callback(callback -> callback.call((double) reading.get().pending()))
        .register(registry);
    gauge("terrace_invalidation_lag", "Records of the log not applied here, as last heard.")
        .callback(callback -> callback.call((double) reading.get().lag()))
        .register(registry);
    gauge(
            "terrace_invalidation_lease_held",
            "1 while the log is followed within the lease; 0: cut off.")
        .callback(callback -> callback.call(reading.get().isLeaseHeld() ? 1 : 0))
        .register(registry);
    gauge("terrace_invalidation_members", "Other instances that follow the log.")
        .callback(callback -> callback.call((double) reading.get().members()))
        .register(registry);
    CounterWithCallback.builder()
        .name("terrace_invalidation_replayed")
        .help("Records of the log applied here.")
        .callback(callback -> callback.call((double) reading.get().replayed()))
        .register(registry);
    CounterWithCallback.builder()
        .name("terrace_distrust")
        .help("Times that everything older became suspect, by why.")
        .labelNames("cause")
        .callback(
            callback ->
                reading
                    .get()
                    .distrust()
                    .forEach((cause, count) -> callback.call((double) count, cause)))
        .register(registry);
  }

  private static GaugeWithCallback.Builder gauge(String name, String help) {
    return GaugeWithCallback.builder().name(name).help(help);
  }
}
