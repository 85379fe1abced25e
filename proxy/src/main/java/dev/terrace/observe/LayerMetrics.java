package dev.terrace.observe;

import dev.terrace.observe.Event.LookupResult;
import dev.terrace.observe.Metrics.LayerReading;
import dev.terrace.rules.LayerName;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/// The metrics of the layers that there are: what they hold, dropped and took for lookups.
final class LayerMetrics {
  private final Map<LayerName, Map<LookupResult, DurationHistogram>> lookups =
      Rows.of(LayerName.class, () -> Rows.of(LookupResult.class, DurationHistogram::new));
  private final Map<LayerName, Supplier<LayerReading>> layers = new ConcurrentSkipListMap<>();

  LayerMetrics(PrometheusRegistry registry) {
    registry.register(this::collectLookups);
    registerStats(registry);
  }

  void watch(LayerName layer, Supplier<LayerReading> reading) {
    layers.put(layer, reading);
  }

  void lookedUp(LayerName layer, LookupResult result, long durationNanos) {
    Rows.get(Rows.get(lookups, layer), result).record(durationNanos);
  }

  private void registerStats(PrometheusRegistry registry) {
    gauge(registry, "terrace_layer_entries", "Variants stored.", LayerReading::entries);
    gauge(
        registry, "terrace_layer_bytes", "Bytes of heads and bodies stored.", LayerReading::bytes);
    gauge(
        registry,
        "terrace_layer_limit_bytes",
        "Bytes it may hold; 0: no limit.",
        LayerReading::limitBytes);
    gauge(
        registry,
        "terrace_layer_breaker_state",
        "0: it is asked; 1: it is tried; 2: it failed and is not asked for a while.",
        LayerReading::breaker);
    gauge(
        registry,
        "terrace_layer_queue_bytes",
        "Still to be written to it; 0 once it has everything.",
        LayerReading::queuedBytes);
    registerEvictions(registry);
    counter(
        registry,
        "terrace_layer_writes_given_up",
        "Entries and changes that did not reach it, since its queue was full or it failed.",
        LayerReading::givenUp);
  }

  private void registerEvictions(PrometheusRegistry registry) {
    CounterWithCallback.builder()
        .name("terrace_layer_evictions")
        .help("Entries dropped before their time, by why.")
        .labelNames("layer", "cause")
        .callback(
            callback ->
                layers.forEach(
                    (layer, reading) -> {
                      LayerReading now = reading.get();
                      callback.call((double) now.evictions(), layer.word(), "room");
                      callback.call((double) now.corrupt(), layer.word(), "corrupt");
                    }))
        .register(registry);
  }

  private void counter(
      PrometheusRegistry registry, String name, String help, ToLongFunction<LayerReading> value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames("layer")
        .callback(
            callback ->
                layers.forEach(
                    (layer, reading) ->
                        callback.call((double) value.applyAsLong(reading.get()), layer.word())))
        .register(registry);
  }

  private void gauge(
      PrometheusRegistry registry, String name, String help, ToLongFunction<LayerReading> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames("layer")
        .callback(
            callback ->
                layers.forEach(
                    (layer, reading) ->
                        callback.call((double) value.applyAsLong(reading.get()), layer.word())))
        .register(registry);
  }

  private MetricSnapshot collectLookups() {
    HistogramSnapshot.Builder histogram =
        HistogramSnapshot.builder()
            .name("terrace_layer_lookup_duration_seconds")
            .help("How long a layer took to say what it has.");
    // A layer that does not exist has no rows.
    layers
        .keySet()
        .forEach(
            layer ->
                Rows.get(lookups, layer)
                    .forEach(
                        (result, durations) ->
                            histogram.dataPoint(
                                durations.snapshot(
                                    Labels.of(
                                        "layer", layer.word(), "result", Rows.word(result))))));
    return histogram.build();
  }
}
