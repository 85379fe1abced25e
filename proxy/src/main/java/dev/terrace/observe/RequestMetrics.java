package dev.terrace.observe;

import dev.terrace.rules.LayerName;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/// `terrace_requests_total` and `terrace_request_duration_seconds`: one row of counters an outcome
/// and layer, found by two array indexes, so that counting a hit looks up no label. The ordinals
/// index arrays of this process alone; nothing is kept by them.
@SuppressWarnings("EnumOrdinal")
final class RequestMetrics {
  /// The label of an answer that no layer gave.
  private static final String NO_LAYER = "none";

  private static final int NO_LAYER_INDEX = LayerName.values().length;
  private static final int CLASSES = 5;

  private final Row[][] rows = new Row[Outcome.values().length][NO_LAYER_INDEX + 1];

  RequestMetrics(PrometheusRegistry registry) {
    for (Outcome outcome : Outcome.values()) {
      for (int layer = 0; layer <= NO_LAYER_INDEX; layer++) {
        rows[outcome.ordinal()][layer] = new Row(outcome, layerLabel(layer));
      }
    }
    registry.register(this::collect);
  }

  void count(Outcome outcome, Optional<LayerName> layer, int status, long durationNanos) {
    int layerIndex = layer.isPresent() ? layer.get().ordinal() : NO_LAYER_INDEX;
    rows[outcome.ordinal()][layerIndex].count(status / 100, durationNanos);
  }

  void countHit(LayerName layer, int statusClass, long durationNanos) {
    rows[Outcome.HIT.ordinal()][layer.ordinal()].count(statusClass, durationNanos);
  }

  private MetricSnapshots collect() {
    CounterSnapshot.Builder requests =
        CounterSnapshot.builder().name("terrace_requests").help("Requests answered.");
    HistogramSnapshot.Builder durations =
        HistogramSnapshot.builder()
            .name("terrace_request_duration_seconds")
            .help("From a request's head to the last byte of its answer.");
    for (Row[] ofOutcome : rows) {
      for (Row row : ofOutcome) {
        row.export(requests, durations);
      }
    }
    return new MetricSnapshots(requests.build(), durations.build());
  }

  private static String layerLabel(int index) {
    return index == NO_LAYER_INDEX ? NO_LAYER : LayerName.values()[index].word();
  }

  /// The counters of one outcome and layer. Status classes outside 1xx to 5xx cannot be sent.
  private static final class Row {
    private final Outcome outcome;
    private final String layer;
    private final LongAdder[] classes = new LongAdder[CLASSES];
    private final DurationHistogram durations = new DurationHistogram();

    Row(Outcome outcome, String layer) {
      this.outcome = outcome;
      this.layer = layer;
      for (int i = 0; i < CLASSES; i++) {
        classes[i] = new LongAdder();
      }
    }

    void count(int statusClass, long durationNanos) {
      classes[Math.clamp(statusClass, 1, CLASSES) - 1].increment();
      durations.record(durationNanos);
    }

    /// Rows that nothing fell into are left out, or most of a scrape would be zeros; a rate over an
    /// absent series needs at least the two that every dashboard asks for.
    void export(CounterSnapshot.Builder requests, HistogramSnapshot.Builder histogram) {
      if (durations.count() == 0 && !isAlwaysExported()) {
        return;
      }
      histogram.dataPoint(durations.snapshot(Labels.of("outcome", outcome.word(), "layer", layer)));
      for (int i = 0; i < CLASSES; i++) {
        long count = classes[i].sum();
        if (count > 0 || (isAlwaysExported() && i == 1)) {
          requests.dataPoint(
              CounterDataPointSnapshot.builder()
                  .labels(
                      Labels.of(
                          "outcome",
                          outcome.word(),
                          "layer",
                          layer,
                          "status_class",
                          (i + 1) + "xx"))
                  .value((double) count)
                  .build());
        }
      }
    }

    private boolean isAlwaysExported() {
      return switch (outcome) {
        case HIT -> layer.equals(LayerName.MEMORY.word());
        case MISS -> layer.equals(NO_LAYER);
        case STALE, REVALIDATED, BYPASS, OWN -> false;
      };
    }
  }
}
