package dev.terrace.observe;

import dev.terrace.observe.Event.TargetResult;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.MissReason;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Counts events for Prometheus under the names of `operator.md`, which are a contract.
///
/// Labels come from enums, layers and rule names alone, so that no client can make a series. The
/// fast lane counts a hit by [#hit] instead of an event; whoever calls that sends no
/// [Event.Answered] here for the same request. Safe for use by any thread; nothing here blocks but
/// [#scrape].
public final class Metrics implements Observer {
  /// The Content-Type of what [#scrape] gives.
  public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  /// What a layer holds now, and what it dropped since the start.
  ///
  /// @param entries variants stored
  /// @param bytes heads and bodies
  /// @param limitBytes 0 where there is none
  /// @param evictions entries dropped for room
  /// @param corrupt entries that were found damaged, cut or foreign
  /// @param breaker 0 closed, 1 half open, 2 open
  /// @param queuedBytes still to be written
  /// @param givenUp writes that did not reach it
  public record LayerReading(
      long entries,
      long bytes,
      long limitBytes,
      long evictions,
      long corrupt,
      int breaker,
      long queuedBytes,
      long givenUp) {}

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final RequestMetrics requests = new RequestMetrics(registry);
  private final Map<MissReason, LongAdder> misses = Rows.of(MissReason.class, LongAdder::new);
  private final Map<TargetResult, DurationHistogram> targetRequests =
      Rows.of(TargetResult.class, DurationHistogram::new);
  private final DurationHistogram propagation = new DurationHistogram();
  private final LayerMetrics layers = new LayerMetrics(registry);
  private final Counter notStored;
  private final Gauge fetchesInFlight;
  private final Counter fetchFollowers;
  private final Counter purges;
  private final Counter redisConnections;
  private final Gauge lastReload;

  /// @param version of Terrace, for `terrace_build_info`
  public Metrics(String version) {
    notStored = counter("terrace_not_stored", "Answers not stored.", "reason", "rule");
    fetchesInFlight =
        Gauge.builder()
            .name("terrace_fetches_in_flight")
            .help("Fetches from the target under way.")
            .register(registry);
    fetchFollowers =
        counter("terrace_fetch_followers", "Requests that joined a fetch that another began.");
    purges =
        counter(
            "terrace_purges",
            "Purges accepted here, one for each kind of scope that it covers.",
            "scope",
            "mode");
    for (String scope : Event.Purged.SCOPES) {
      Event.Purged.MODES.forEach(mode -> purges.initLabelValues(scope, mode));
    }
    redisConnections =
        counter(
            "terrace_redis_connections", "Nodes of Redis that were connected, or lost.", "event");
    registerMisses();
    registry.register(this::collectTargetRequests);
    Info.builder()
        .name("terrace_build_info")
        .help("The version that runs.")
        .labelNames("version")
        .register(registry)
        .addLabelValues(version);
    lastReload =
        Gauge.builder()
            .name("terrace_config_last_reload_successful")
            .help("1 if what was read last is what governs, 0 if it could not be used.")
            .register(registry);
    lastReload.set(1);
    JvmMetrics.builder().register(registry);
  }

  /// Counts a hit: what [Event.Answered] with [Outcome#HIT] would count, without its making.
  ///
  /// @param statusClass 2 for 2xx and so on
  public void hit(LayerName layer, int statusClass, long durationNanos) {
    requests.countHit(layer, statusClass, durationNanos);
  }

  @Override
  public void on(Event event) {
    switch (event) {
      case Event.Answered answered -> {
        requests.count(
            answered.outcome(), answered.layer(), answered.status(), answered.durationNanos());
        answered.reason().ifPresent(reason -> Rows.get(misses, reason).increment());
      }
      case Event.NotStored skipped ->
          notStored.labelValues(skipped.reason().word(), skipped.rule()).inc();
      case Event.LookedUp lookup ->
          layers.lookedUp(lookup.layer(), lookup.result(), lookup.durationNanos());
      case Event.TargetAsked asked ->
          Rows.get(targetRequests, asked.result()).record(asked.durationNanos());
      case Event.FetchBegan() -> fetchesInFlight.inc();
      case Event.FetchEnded() -> fetchesInFlight.dec();
      case Event.FetchFollowed() -> fetchFollowers.inc();
      case Event.Purged purged -> purges.labelValues(purged.scope(), purged.mode()).inc();
      case Event.PurgePropagated(long nanos) -> propagation.record(nanos);
      case Event.RedisConnected() -> redisConnections.labelValues("connected").inc();
      case Event.RedisLost() -> redisConnections.labelValues("lost").inc();
      // A failed lookup is a LookedUp event with the result ERROR already.
      case Event.LayerFailed failed -> {}
    }
  }

  /// Exports what this layer holds from now on.
  public void watch(LayerName layer, Supplier<LayerReading> reading) {
    layers.watch(layer, reading);
  }

  /// What is known of the log of purges that instances share.
  ///
  /// @param pending purges accepted here that it may not have
  /// @param lag records not applied here, as last heard
  /// @param isLeaseHeld whether it is followed
  /// @param members other instances that follow it
  /// @param replayed records applied here
  /// @param distrust how often everything older became suspect, by why
  public record LogReading(
      long pending,
      long lag,
      boolean isLeaseHeld,
      long members,
      long replayed,
      Map<String, Long> distrust) {}

  /// Exports what is known of that log.
  public void watch(Supplier<LogReading> log) {
    LogMetrics.register(registry, log, propagation);
  }

  /// Exports how many lines of the access log were dropped because its disk could not keep up.
  public void watchAccessLog(LongSupplier droppedLines) {
    CounterWithCallback.builder()
        .name("terrace_access_log_dropped")
        .help("Access log lines dropped because they could not be written in time.")
        .callback(callback -> callback.call((double) droppedLines.getAsLong()))
        .register(registry);
  }

  /// Exports when the certificate of the listeners ceases to be valid.
  public void watchCertificate(Supplier<Instant> notAfter) {
    GaugeWithCallback.builder()
        .name("terrace_tls_certificate_not_after_seconds")
        .help("When the certificate ceases to be valid, in seconds since 1970.")
        .callback(callback -> callback.call((double) notAfter.get().getEpochSecond()))
        .register(registry);
  }

  /// The configuration was read again.
  ///
  /// @param outcome what came of it
  public void reloaded(Reload outcome) {
    lastReload.set(outcome == Reload.TAKEN ? 1 : 0);
  }

  /// What came of reading the configuration again.
  public enum Reload {
    TAKEN,
    REFUSED
  }

  /// Everything in the Prometheus text format, in UTF-8.
  public byte[] scrape() {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create()
          .write(text, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return text.toByteArray();
  }

  private Counter counter(String name, String help, String... labels) {
    return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
  }

  private void registerMisses() {
    CounterWithCallback.builder()
        .name("terrace_misses")
        .help("Requests that went to the target, by why they did.")
        .labelNames("reason")
        .callback(
            callback ->
                misses.forEach(
                    (reason, count) -> callback.call((double) count.sum(), reason.word())))
        .register(registry);
  }

  private MetricSnapshot collectTargetRequests() {
    HistogramSnapshot.Builder histogram =
        HistogramSnapshot.builder()
            .name("terrace_target_request_duration_seconds")
            .help("From a request's leaving for the target to the head of its answer.");
    targetRequests.forEach(
        (result, durations) ->
            histogram.dataPoint(durations.snapshot(Labels.of("result", Rows.word(result)))));
    return histogram.build();
  }
}
