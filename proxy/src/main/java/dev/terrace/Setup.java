package dev.terrace;

import dev.terrace.config.Settings;
import dev.terrace.layer.Eviction;
import dev.terrace.layer.LayerReport;
import dev.terrace.layer.LayerStack;
import dev.terrace.layer.LayerStats;
import dev.terrace.layer.memory.MemoryLayer;
import dev.terrace.observe.AccessLog;
import dev.terrace.observe.AccessLogFormat;
import dev.terrace.observe.Metrics;
import dev.terrace.origin.TargetSettings;
import dev.terrace.rules.Expiry;
import dev.terrace.rules.LayerName;
import dev.terrace.server.Limits;
import dev.terrace.server.ListenerSettings;
import dev.terrace.server.TlsFiles;
import dev.terrace.server.TlsIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/// Turns what the operator wants into what each part wants.
record Setup(Settings settings) {
  Expiry expiry() {
    return new Expiry(settings.cache().staleIfUnreachable(), settings.cache().maxLife());
  }

  MemoryLayer memory(InstantSource clock) {
    Eviction eviction =
        switch (settings.memory().eviction()) {
          case TINYLFU -> Eviction.TINYLFU;
          case LRU -> Eviction.LRU;
          case FIFO -> Eviction.FIFO;
        };
    return new MemoryLayer(
        new MemoryLayer.Settings(
            settings.memory().maxEntries(),
            settings.memory().maxBytes(),
            eviction,
            settings.limits().maxVariants()),
        expiry(),
        clock);
  }

  static void watch(Metrics metrics, LayerStack layers) {
    for (LayerReport at : layers.reports()) {
      metrics.watch(at.name(), () -> reading(layers, at.name()));
    }
  }

  private static Metrics.LayerReading reading(LayerStack layers, LayerName name) {
    LayerReport report =
        layers.reports().stream().filter(each -> each.name() == name).findFirst().orElseThrow();
    LayerStats stats = report.stats();
    return new Metrics.LayerReading(
        stats.entries(),
        stats.bytes(),
        stats.limitBytes(),
        stats.evictions(),
        stats.corrupt(),
        switch (report.breaker()) {
          case CLOSED -> 0;
          case HALF_OPEN -> 1;
          case OPEN -> 2;
        },
        report.queuedBytes(),
        report.givenUp());
  }

  Optional<AccessLog> accessLog(InstantSource clock) throws IOException {
    Optional<AccessLogFormat> format =
        switch (settings.accessLog().format()) {
          case OFF -> Optional.empty();
          case COMMON -> Optional.of(AccessLogFormat.COMMON);
          case JSON -> Optional.of(AccessLogFormat.JSON);
        };
    Optional<Path> file = settings.accessLog().file();
    if (format.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        file.isPresent()
            ? AccessLog.toFile(file.get(), format.get(), clock)
            : AccessLog.toStandardOutput(format.get(), clock));
  }

  TargetSettings target() {
    TargetSettings defaults = TargetSettings.DEFAULTS;
    Settings.Target target = settings.target();
    Settings.Limits limits = settings.limits();
    return new TargetSettings(
        new TargetSettings.Deadlines(
            target.connectTimeout(), target.headTimeout(), target.bodyTimeout()),
        new TargetSettings.Pool(
            target.idleTimeout(),
            defaults.pool().connectionLife(),
            defaults.pool().nameLife(),
            target.maxConnections(),
            limits.targetHttp2MaxConnections(),
            limits.targetHttp2MaxStreams(),
            limits.maxWaiting(),
            limits.maxTunnels()),
        new TargetSettings.AnswerLimits(
            defaults.answers().interim(), limits.targetMaxHeadBytes(), limits.targetMaxFields()),
        target.authorities());
  }

  /// What TLS shows, read now; empty for cleartext.
  ///
  /// @throws IOException if it cannot be read
  Optional<TlsIdentity> tlsIdentity() throws IOException {
    Optional<Settings.Tls> tls = settings.listen().tls();
    return tls.isEmpty()
        ? Optional.empty()
        : Optional.of(TlsIdentity.read(new TlsFiles(tls.get().certificate(), tls.get().key())));
  }

  ListenerSettings listener(int port, Optional<TlsIdentity> tls) {
    Settings.Limits wanted = settings.limits();
    Limits defaults = Limits.DEFAULTS;
    Limits limits =
        new Limits(
            settings.requestLimits(),
            wanted.headTimeout(),
            wanted.idleTimeout(),
            wanted.maxBodyBytes(),
            wanted.bodyRateGrace(),
            wanted.minBodyRate(),
            wanted.writeTimeout(),
            defaults.tunnelIdle(),
            defaults.linger(),
            wanted.maxConnections(),
            wanted.maxRequests(),
            wanted.http2MaxStreams(),
            wanted.http2MaxControlFrames(),
            defaults.controlWindow(),
            wanted.http2MaxResets(),
            defaults.resetWindow());
    return new ListenerSettings(
        settings.listen().host(), port, Runtime.getRuntime().availableProcessors(), tls, limits);
  }
}
