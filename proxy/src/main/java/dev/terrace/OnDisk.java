package dev.terrace;

import dev.terrace.config.Settings;
import dev.terrace.layer.Breaker;
import dev.terrace.layer.Eviction;
import dev.terrace.layer.GuardedLayer;
import dev.terrace.layer.HotKeys;
import dev.terrace.layer.LayerStack;
import dev.terrace.layer.file.FileLayer;
import dev.terrace.layer.file.HotKeysFile;
import dev.terrace.layer.file.Store;
import dev.terrace.observe.Observer;
import dev.terrace.purge.Fence;
import dev.terrace.purge.Purge;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.journal.Journal;
import dev.terrace.purge.journal.PurgeJournal;
import dev.terrace.purge.journal.SharedHistory;
import dev.terrace.rules.Expiry;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What this instance keeps on its disk: the file layer and, below it, the journal of the purges
/// that its files are judged by. Both block, so each has threads of its own.
final class OnDisk implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OnDisk.class);

  private static final GuardedLayer.Settings GUARD =
      new GuardedLayer.Settings(
          Duration.ofSeconds(1), Duration.ofSeconds(5), Breaker.Settings.DEFAULT);

  /// Lookups that may wait for a thread; more are misses.
  private static final int QUEUED_LOOKUPS = 1024;

  private static final long MOST_QUEUED_BYTES = 64L << 20;

  /// The part of the heap that may wait to be written.
  private static final int HEAP_SHARE = 16;

  /// For what is still to be written when the process stops.
  private static final Duration LAST_WRITES = Duration.ofSeconds(5);

  private final ExecutorService lookups = lookups();

  /// One thread, so that the disk changes in the order in which changes were asked for: what is
  /// removed and stored anew must not be removed last.
  private final ExecutorService writes = Executors.newSingleThreadExecutor(named("write"));

  private final ScheduledExecutorService journalWriter =
      Executors.newSingleThreadScheduledExecutor(named("journal"));

  /// Counting takes one for a while, closing the other.
  private final ExecutorService background = Executors.newFixedThreadPool(2, named("background"));

  private final Journal journal;
  private final FileLayer files;
  private final LayerStack.Lower lower;
  private final HotKeys hotKeys;

  private OnDisk(
      Path directory,
      Journals journals,
      FileLayer.Settings settings,
      Expiry expiry,
      Observer observer,
      InstantSource clock)
      throws IOException {
    try {
      journal = journals.open(directory.resolve("purges"), journalWriter);
      files = files(settings, expiry, clock);
    } catch (IOException | RuntimeException e) {
      endThreads();
      throw e;
    }
    hotKeys = new HotKeysFile(directory);
    lower =
        new LayerStack.Lower(
            new GuardedLayer(files, GUARD, lookups, observer, System::nanoTime),
            writes,
            Math.min(MOST_QUEUED_BYTES, Runtime.getRuntime().maxMemory() / HEAP_SHARE));
  }

  /// Takes the directory, if the operator wants a file layer and it can be had: what is wrong is
  /// said in one line, and Terrace runs without.
  ///
  /// @param journals the kind of journal that there is to be
  static Optional<OnDisk> open(
      Settings settings, Journals journals, Expiry expiry, Observer observer, InstantSource clock) {
    if (!settings.files().enabled()) {
      return Optional.empty();
    }
    Path directory = settings.files().directory();
    try {
      return Optional.of(
          new OnDisk(
              directory,
              journals,
              new FileLayer.Settings(
                  directory,
                  settings.files().maxBytes(),
                  settings.memory().eviction() == Settings.Eviction.FIFO
                      ? Eviction.FIFO
                      : Eviction.LRU,
                  settings.limits().maxVariants()),
              expiry,
              observer,
              clock));
    } catch (IOException e) {
      LOG.warn("Runs without its file layer: {}", e.toString());
      return Optional.empty();
    }
  }

  private FileLayer files(FileLayer.Settings settings, Expiry expiry, InstantSource clock)
      throws IOException {
    try {
      return FileLayer.open(
          settings, new Judge(journal), expiry, clock, background, System::nanoTime);
    } catch (IOException | RuntimeException e) {
      journal.close();
      throw e;
    }
  }

  /// Opens a journal.
  interface Journals {
    /// @param writer a thread of the journal's own
    Journal open(Path directory, ScheduledExecutorService writer) throws IOException;

    /// Of an instance that shares no log.
    static Journals alone() {
      return (directory, writer) ->
          PurgeJournal.open(directory, PurgeTable.Bounds.DEFAULT, new SecureRandom(), writer);
    }

    /// Of one that does.
    ///
    /// @param recorder of its table
    static Journals shared(Consumer<Purge> recorder) {
      return (directory, writer) ->
          SharedHistory.open(
              directory, PurgeTable.Bounds.DEFAULT, new SecureRandom(), recorder, writer);
    }
  }

  private record Judge(Journal journal) implements Store {
    @Override
    public UUID id() {
      return journal.id();
    }

    @Override
    public long boot() {
      return journal.boot();
    }

    @Override
    public void secure(Fence fence) throws IOException {
      journal.secure(fence);
    }
  }

  Journal journal() {
    return journal;
  }

  FileLayer files() {
    return files;
  }

  /// Where this instance leaves which keys are hot.
  HotKeys hotKeys() {
    return hotKeys;
  }

  LayerStack.Lower lower() {
    return lower;
  }

  /// Writes what is still to be written, within a few seconds; nothing is taken any more.
  void finishWrites() {
    if (!LastWrites.finish(writes, LAST_WRITES)) {
      LOG.warn("Some entries were not written to files before the end");
    }
  }

  /// After the layers were closed.
  @Override
  public void close() {
    try {
      journal.close();
    } catch (IOException e) {
      LOG.warn("The journal of purges was not closed: {}", e.toString());
    }
    endThreads();
  }

  private void endThreads() {
    writes.shutdownNow();
    lookups.shutdownNow();
    journalWriter.shutdownNow();
    background.shutdown();
  }

  private static ExecutorService lookups() {
    int threads = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
    return new ThreadPoolExecutor(
        threads,
        threads,
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(QUEUED_LOOKUPS),
        named("read"));
  }

  private static ThreadFactory named(String work) {
    return Thread.ofPlatform().name("terrace-file-" + work + "-", 0).daemon().factory();
  }
}
