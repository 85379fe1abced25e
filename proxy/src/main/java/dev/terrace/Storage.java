package dev.terrace;

import dev.terrace.config.Settings;
import dev.terrace.layer.Layer;
import dev.terrace.layer.LayerStack;
import dev.terrace.layer.WarmUp;
import dev.terrace.layer.memory.MemoryLayer;
import dev.terrace.observe.Metrics;
import dev.terrace.observe.Observer;
import dev.terrace.purge.Coherence;
import dev.terrace.purge.History;
import dev.terrace.purge.Order;
import dev.terrace.purge.Purge;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.Purger;
import dev.terrace.purge.journal.PurgeJournal;
import dev.terrace.purge.journal.SharedHistory;
import dev.terrace.purge.redis.SharedPurges;
import dev.terrace.rules.Expiry;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// What this instance keeps, wired: the layers, and the purges that they are judged by. With Redis
/// these are in the order that its log gives, and kept by the journal on the disk, where there is
/// one; without it they are in the journal's own order.
final class Storage implements AutoCloseable {
  private final Optional<OnDisk> disk;
  private final Optional<OnRedis> redis;
  private final PurgeTable purges;
  private final Purger purger;
  private final Coherence coherence;
  private final String instance;
  private final LayerStack layers;
  private final List<Layer> all = new ArrayList<>();
  private final Optional<WarmUp> warmUp;

  /// What is made later than the table that tells it of purges.
  private final AtomicReference<Consumer<Purge>> recorder = new AtomicReference<>(_ -> {});

  Storage(
      Settings settings,
      MemoryLayer memory,
      Expiry expiry,
      Observer observer,
      InstantSource clock) {
    boolean isShared = settings.redis().enabled();
    Consumer<Purge> recording = purge -> recorder.get().accept(purge);
    disk =
        OnDisk.open(
            settings,
            isShared ? OnDisk.Journals.shared(recording) : OnDisk.Journals.alone(),
            expiry,
            observer,
            clock);
    purges =
        disk.map(kept -> kept.journal().table())
            .orElseGet(
                () ->
                    new PurgeTable(
                        new SecureRandom().nextLong(),
                        PurgeTable.Bounds.DEFAULT,
                        isShared ? Order.SHARED : Order.LOCAL,
                        recording));
    instance = disk.map(kept -> kept.journal().id()).orElseGet(UUID::randomUUID).toString();
    redis =
        isShared
            ? Optional.of(
                new OnRedis(settings, purges, history(), instance, expiry, observer, clock))
            : Optional.empty();
    redis.ifPresent(shared -> recorder.set(shared.log().purges()::invalidated));
    purger = purger();
    coherence = redis.<Coherence>map(shared -> shared.log().purges()).orElse(Coherence.ALONE);
    List<LayerStack.Lower> lower = new ArrayList<>();
    redis.ifPresent(shared -> lower.add(shared.lower()));
    disk.ifPresent(kept -> lower.add(kept.lower()));
    layers = new LayerStack(memory, lower, purges, coherence, expiry, clock);
    all.add(memory);
    lower.forEach(each -> all.add(each.layer()));
    warmUp = warmUp(settings.memory().warmup(), memory);
  }

  private Optional<WarmUp> warmUp(Settings.Warmup wanted, MemoryLayer memory) {
    WarmUp.Lists lists = new WarmUp.Lists(redis.map(OnRedis::hotKeys), disk.map(OnDisk::hotKeys));
    if (!wanted.enabled()) {
      return Optional.empty();
    }
    return Optional.of(
        new WarmUp(
            new WarmUp.Settings(wanted.entries(), wanted.readyTimeout()),
            layers,
            memory,
            lists,
            System::nanoTime,
            new WarmUpReport(WarmUpReport.terminal(), System::nanoTime)));
  }

  private History history() {
    return disk.isPresent() && disk.get().journal() instanceof SharedHistory shared
        ? shared
        : History.none();
  }

  private Purger purger() {
    if (redis.isPresent()) {
      return redis.get().log().purges();
    }
    return disk.isPresent() && disk.get().journal() instanceof PurgeJournal alone ? alone : purges;
  }

  /// Begins to follow the log of purges, and to warm up once that works.
  ///
  /// @param adminPort by which other instances may reach this one
  void start(int adminPort) {
    redis.ifPresent(shared -> shared.start(adminPort));
    warmUp.ifPresent(WarmUp::start);
  }

  LayerStack layers() {
    return layers;
  }

  /// The layers that are enabled, from the top down.
  List<Layer> all() {
    return all;
  }

  PurgeTable purges() {
    return purges;
  }

  Purger durably() {
    return purger;
  }

  Coherence coherence() {
    return coherence;
  }

  Optional<OnRedis> redis() {
    return redis;
  }

  WarmUp.Progress warmUp() {
    return warmUp.map(WarmUp::progress).orElse(WarmUp.Progress.OFF);
  }

  /// Whether readiness has a warm-up to wait for.
  boolean isWarmingUp() {
    return warmUp.isPresent() && !warmUp.get().isReady();
  }

  void watch(Metrics metrics) {
    redis.ifPresent(shared -> metrics.watch(() -> reading(shared.log().purges().report())));
  }

  private static Metrics.LogReading reading(SharedPurges.Report report) {
    return new Metrics.LogReading(
        report.pending(),
        report.lag(),
        report.isInContact(),
        report.members(),
        report.replayed(),
        report.distrust());
  }

  /// The id of this instance.
  String instance() {
    return instance;
  }

  /// Writes what is still to be written, for a few seconds at the most.
  @Override
  public void close() {
    warmUp.ifPresent(WarmUp::close);
    redis.ifPresent(OnRedis::finishWrites);
    disk.ifPresent(OnDisk::finishWrites);
    layers.close();
    redis.ifPresent(OnRedis::close);
    disk.ifPresent(OnDisk::close);
  }
}
