package dev.terrace.layer;

import dev.terrace.rules.CacheKey;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fills memory at the start with what was asked for most, hottest first, from Redis and else from
/// files: on a thread of its own, at a bounded rate, and no further than there is room. Whatever it
/// finds is judged as a lookup would, so that nothing purged is brought up. Afterwards it leaves
/// the keys that are hot now, every few minutes and at the end, for the next start.
///
/// Safe for use by any thread.
public final class WarmUp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  private static final int KEYS_A_SECOND = 2_000;
  private static final Duration SAVING = Duration.ofMinutes(5);
  private static final Duration LEAST_WAIT = Duration.ofSeconds(1);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final Duration LAST_STEP = Duration.ofSeconds(3);

  /// The part of memory that it may fill: what clients ask for meanwhile needs some, too.
  private static final double ROOM = 0.9;

  /// @param entries that it brings up at the most
  /// @param readyTimeout how long readiness waits for it
  public record Settings(int entries, Duration readyTimeout) {}

  /// Where lists are left.
  ///
  /// @param shared in Redis, by every instance
  /// @param local on the disk, by this one
  public record Lists(Optional<HotKeys> shared, Optional<HotKeys> local) {}

  public enum State {
    /// Not wanted.
    OFF,
    /// Until Redis can be read.
    WAITING,
    RUNNING,
    DONE
  }

  /// How far it is.
  ///
  /// @param done keys that were looked up
  /// @param total keys that there are to look up
  /// @param entries that are in memory by it
  public record Progress(State state, int done, int total, int entries) {
    public static final Progress OFF = new Progress(State.OFF, 0, 0, 0);
  }

  private final Settings settings;
  private final LayerStack layers;
  private final PromptLayer memory;
  private final Lists lists;
  private final LongSupplier nanoTime;
  private final Consumer<Progress> watcher;
  private final long begunNanos;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  private volatile Progress progress = new Progress(State.WAITING, 0, 0, 0);

  /// @param memory the top one of the layers
  /// @param nanoTime monotonic, in nanoseconds
  /// @param watcher is told of each step, on the thread of the warm-up
  public WarmUp(
      Settings settings,
      LayerStack layers,
      PromptLayer memory,
      Lists lists,
      LongSupplier nanoTime,
      Consumer<Progress> watcher) {
    this.settings = settings;
    this.layers = layers;
    this.memory = memory;
    this.lists = lists;
    this.nanoTime = nanoTime;
    this.watcher = watcher;
    this.begunNanos = nanoTime.getAsLong();
    this.thread = Thread.ofPlatform().name("terrace-warm-up").daemon().unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  public Progress progress() {
    return progress;
  }

  /// Whether it is over, or has had its time.
  public boolean isReady() {
    return progress.state() == State.DONE || passedNanos() >= settings.readyTimeout().toNanos();
  }

  private void run() {
    try {
      if (isRedisAwaited()) {
        fill(digests());
      }
      while (!isClosingWithin(SAVING.toNanos())) {
        save();
      }
    } catch (InterruptedException e) {
      // The process ends: an interrupt is asked for by nobody else.
    } catch (RuntimeException e) {
      LOG.error("The warm-up ended by a fault of Terrace's own", e);
      tell(new Progress(State.DONE, progress.done(), progress.total(), progress.entries()));
    }
  }

  /// Waits until Redis can be read, if there is one, though no longer than leaves time for files.
  ///
  /// @return whether there is still something to do
  private boolean isRedisAwaited() throws InterruptedException {
    Duration half = settings.readyTimeout().dividedBy(2);
    long longest = Math.max(half.toNanos(), LEAST_WAIT.toNanos());
    while (lists.shared().isPresent() && !layers.isSharedRead() && passedNanos() < longest) {
      if (isClosingWithin(POLL.toNanos())) {
        return false;
      }
    }
    return true;
  }

  /// The keys of all lists, the hottest of each first.
  private List<String> digests() {
    List<List<String>> all = new ArrayList<>();
    lists.local().ifPresent(local -> all.addAll(read(local)));
    if (layers.isSharedRead()) {
      lists.shared().ifPresent(shared -> all.addAll(read(shared)));
    }
    int longest = all.stream().mapToInt(List::size).max().orElse(0);
    Set<String> merged = new LinkedHashSet<>();
    for (int rank = 0; rank < longest; rank++) {
      for (List<String> list : all) {
        if (rank < list.size()) {
          merged.add(list.get(rank));
        }
      }
    }
    return merged.stream().limit(settings.entries()).toList();
  }

  private static List<List<String>> read(HotKeys keys) {
    try {
      return keys.read();
    } catch (IOException e) {
      LOG.warn("Which keys were hot before cannot be read: {}", e.toString());
      return List.of();
    }
  }

  private void fill(List<String> digests) throws InterruptedException {
    long begun = nanoTime.getAsLong();
    int entries = 0;
    int done = 0;
    tell(new Progress(State.RUNNING, done, digests.size(), entries));
    for (String digest : digests) {
      if (!hasRoom() || entries >= settings.entries()) {
        break;
      }
      entries += layers.warm(digest);
      done++;
      tell(new Progress(State.RUNNING, done, digests.size(), entries));
      long due = begun + TimeUnit.SECONDS.toNanos(1) * done / KEYS_A_SECOND;
      if (isClosingWithin(due - nanoTime.getAsLong())) {
        return;
      }
    }
    tell(new Progress(State.DONE, done, digests.size(), entries));
  }

  private boolean hasRoom() {
    LayerStats stats = memory.stats();
    return stats.bytes() < ROOM * stats.limitBytes();
  }

  private void tell(Progress next) {
    progress = next;
    watcher.accept(next);
  }

  /// A list of next to nothing would take the place of a good one: a start that has not got as far
  /// as serving leaves none.
  private void save() {
    List<String> hottest =
        memory.hottest(Math.min(settings.entries(), HotKeysFormat.MOST)).stream()
            .map(CacheKey::digest)
            .toList();
    if (progress.state() != State.DONE || hottest.isEmpty()) {
      return;
    }
    lists.local().ifPresent(local -> write(local, hottest));
    lists.shared().ifPresent(shared -> write(shared, hottest));
  }

  private static void write(HotKeys keys, List<String> hottest) {
    try {
      keys.write(hottest);
    } catch (IOException e) {
      LOG.debug("which keys are hot cannot be left: {}", e.toString());
    }
  }

  private boolean isClosingWithin(long nanos) throws InterruptedException {
    return closing.await(Math.max(0, nanos), TimeUnit.NANOSECONDS);
  }

  private long passedNanos() {
    return nanoTime.getAsLong() - begunNanos;
  }

  /// Ends the thread and leaves the last list, within a few seconds; the layers must still be open.
  @Override
  public void close() {
    closing.countDown();
    try {
      if (thread.getState() != Thread.State.NEW && thread.join(LAST_STEP)) {
        save();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
