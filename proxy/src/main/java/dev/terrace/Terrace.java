package dev.terrace;

import dev.terrace.admin.AdminApi;
import dev.terrace.admin.AdminParts;
import dev.terrace.admin.AdminSettings;
import dev.terrace.config.Settings;
import dev.terrace.flow.CacheFlow;
import dev.terrace.flow.Exchange;
import dev.terrace.flow.HitPath;
import dev.terrace.flow.Parts;
import dev.terrace.flow.Policies;
import dev.terrace.http.RequestCheck;
import dev.terrace.layer.LayerStack;
import dev.terrace.layer.memory.MemoryLayer;
import dev.terrace.observe.AccessLog;
import dev.terrace.observe.Event;
import dev.terrace.observe.Metrics;
import dev.terrace.observe.Observer;
import dev.terrace.observe.Outcome;
import dev.terrace.origin.TargetClient;
import dev.terrace.rules.Peer;
import dev.terrace.server.EventLoops;
import dev.terrace.server.Hits;
import dev.terrace.server.Listener;
import dev.terrace.server.Refusals;
import dev.terrace.server.TlsIdentity;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One Terrace, wired and running: the only place where all parts meet.
///
/// Safe for use by any thread.
public final class Terrace implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Terrace.class);

  private final Settings settings;
  private final Metrics metrics;
  private final AtomicReference<Policies> policies;
  private final Optional<AtomicReference<TlsIdentity>> identity;
  private final AtomicBoolean draining = new AtomicBoolean();
  private final Vertx vertx;
  private final Storage storage;
  private final TargetClient origin;
  private final Optional<AccessLog> accessLog;
  private final Observer observer;
  private final List<Listener> listeners = new ArrayList<>();
  private final ScheduledExecutorService housekeeping =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("terrace-housekeeping").daemon().factory());
  private final int port;
  private final int adminPort;

  /// Starts with the real clock.
  ///
  /// @throws IOException if it cannot listen: the address is taken, the certificate unreadable
  public static Terrace start(Settings settings, String version) throws IOException {
    return start(settings, version, InstantSource.system());
  }

  /// Starts with a clock of the caller's, for tests.
  public static Terrace start(Settings settings, String version, InstantSource clock)
      throws IOException {
    return new Terrace(settings, version, clock);
  }

  private Terrace(Settings settings, String version, InstantSource clock) throws IOException {
    this.settings = settings;
    Setup setup = new Setup(settings);
    vertx =
        EventLoops.start(
            Runtime.getRuntime().availableProcessors(),
            TargetClient.nameResolution(setup.target()));
    metrics = new Metrics(version);
    identity = setup.tlsIdentity().map(AtomicReference::new);
    identity.ifPresent(shown -> metrics.watchCertificate(() -> shown.get().notAfter()));
    accessLog = setup.accessLog(clock);
    accessLog.ifPresent(log -> metrics.watchAccessLog(log::dropped));
    observer = observer();
    MemoryLayer memory = setup.memory(clock);
    storage = new Storage(settings, memory, setup.expiry(), observer, clock);
    LayerStack layers = storage.layers();
    Setup.watch(metrics, layers);
    storage.watch(metrics);
    policies = new AtomicReference<>(PolicySetup.of(settings));
    origin = new TargetClient(vertx, settings.target().url(), setup.target(), observer);
    Parts parts =
        new Parts(
            policies::get,
            layers,
            storage.purges(),
            storage.coherence(),
            origin,
            observer,
            clock,
            System::nanoTime);
    CacheFlow flow = new CacheFlow(parts);
    AdminApi admin =
        new AdminApi(
            AdminSettings.of(settings),
            new AdminParts(
                storage.all(),
                storage.purges(),
                storage.durably(),
                storage.redis().map(OnRedis::redis),
                storage.redis().map(shared -> shared.log().purges()),
                () -> policies.get().rules(),
                new RequestCheck(settings.requestLimits()),
                settings.intakePolicy(),
                policies.get().keys(),
                policies.get().store(),
                policies.get().secrets(),
                metrics,
                observer,
                this::notReadyFor,
                storage::warmUp,
                () -> UUID.randomUUID().toString(),
                storage.instance(),
                clock));
    Hits hits =
        new PromptHits(admin, new HitPath(parts), layers, metrics, accessLog, policies::get);
    port = listen(setup, settings.listen().port(), exchange -> route(admin, flow, exchange), hits);
    adminPort =
        settings.admin().port().isPresent()
            ? listen(setup, settings.admin().port().getAsInt(), admin::handle, Hits.NONE)
            : port;
    storage.start(adminPort);
    sweepRegularly(clock);
  }

  private int listen(Setup setup, int wanted, Consumer<Exchange> handler, Hits hits)
      throws IOException {
    Listener listener =
        new Listener(
            vertx,
            setup.listener(wanted, identity.map(AtomicReference::get)),
            this::peer,
            handler,
            new TargetTunnels(origin),
            hits,
            this::refused);
    listeners.add(listener);
    return listener.start();
  }

  private Observer observer() {
    return accessLog
        .<Observer>map(
            log ->
                event -> {
                  metrics.on(event);
                  log.on(event);
                })
        .orElse(metrics);
  }

  private void refused(Refusals.Refused refused) {
    // Nobody has checked it: what is no URL, and what follows one, may hold anything.
    String url = refused.url().split("#", 2)[0];
    boolean isUrl = url.startsWith("/") || (url.contains("/") && !url.contains("@"));
    observer.on(
        new Event.Answered(
            refused.peer(),
            refused.method().isEmpty() ? "-" : refused.method(),
            isUrl ? policies.get().secrets().masked(url) : "-",
            refused.version(),
            refused.status(),
            refused.bytes(),
            Outcome.OWN,
            Optional.empty(),
            Optional.empty(),
            "",
            "",
            -1,
            -1,
            0,
            -1,
            ""));
  }

  private static void route(AdminApi admin, CacheFlow flow, Exchange exchange) {
    if (admin.reserves(exchange.request())) {
      admin.handle(exchange);
      return;
    }
    try {
      flow.handle(exchange);
    } catch (IOException e) {
      // The client is gone or the target broke off: whoever still listens sees the break.
      LOG.debug("{}: {}", exchange.request(), e.getMessage());
      exchange.abort();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      exchange.abort();
    }
  }

  private Peer peer(String address) {
    return new Peer(address, isTrusted(address) ? Peer.Trust.TRUSTED : Peer.Trust.UNTRUSTED);
  }

  private boolean isTrusted(String address) {
    if (settings.listen().trustedProxies().isEmpty()) {
      return false;
    }
    try {
      // An address in text is parsed, never resolved.
      return settings.listen().trustedProxies().contains(InetAddress.ofLiteral(address));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private List<String> notReadyFor() {
    if (draining.get()) {
      return List.of("draining");
    }
    return storage.isWarmingUp() ? List.of("warm-up") : List.of();
  }

  private void sweepRegularly(InstantSource clock) {
    long seconds = settings.memory().cleanupInterval().toSeconds();
    var _ =
        housekeeping.scheduleWithFixedDelay(() -> sweep(clock), seconds, seconds, TimeUnit.SECONDS);
  }

  private void sweep(InstantSource clock) {
    try {
      storage.layers().sweep(clock.instant());
    } catch (RuntimeException e) {
      LOG.error("A sweep failed by a fault of Terrace's own", e);
    }
  }

  /// Where settings are read again.
  @FunctionalInterface
  public interface Reading {
    /// @throws IOException if they cannot be used, with what the operator is to be told
    Settings settings() throws IOException;
  }

  /// Reads the settings again and takes over their rules and their certificate: both, or, where one
  /// cannot be used, neither. What is stored stays; a request keeps to the rules that it began
  /// with. Everything else in the settings takes a restart.
  ///
  /// @return the settings that were read
  /// @throws IOException with what the operator is to be told
  public synchronized Settings reload(Reading reading) throws IOException {
    Metrics.Reload outcome = Metrics.Reload.REFUSED;
    try {
      Settings fresh = reading.settings();
      Policies next = PolicySetup.of(settings.withRulesOf(fresh));
      Optional<TlsIdentity> shown = new Setup(fresh).tlsIdentity();
      if (identity.isPresent() && shown.isPresent()) {
        for (Listener listener : listeners) {
          listener.show(shown.get());
        }
        identity.get().set(shown.get());
      }
      // Nothing can fail from here on.
      policies.set(next);
      outcome = Metrics.Reload.TAKEN;
      return fresh;
    } finally {
      metrics.reloaded(outcome);
    }
  }

  /// The port that serves.
  public int port() {
    return port;
  }

  /// The port of the admin API.
  public int adminPort() {
    return adminPort;
  }

  /// Says that it is not ready for as long as the operator wants, accepts nothing more, and lets
  /// the requests in work end within the grace; then closes.
  public void stop() throws InterruptedException {
    draining.set(true);
    Thread.sleep(settings.shutdown().delay());
    Duration grace = settings.shutdown().grace();
    for (Listener listener : listeners) {
      try {
        listener.drain(grace);
      } catch (IOException e) {
        LOG.warn("Not every request ended within {} s: {}", grace.toSeconds(), e.getMessage());
      }
    }
    close();
  }

  @Override
  public void close() {
    housekeeping.shutdownNow();
    listeners.forEach(Listener::close);
    origin.close();
    storage.close();
    accessLog.ifPresent(AccessLog::close);
    vertx.close().await();
  }
}
