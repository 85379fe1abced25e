package dev.terrace.layer;

import static dev.terrace.layer.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.terrace.layer.memory.MemoryLayer;
import dev.terrace.purge.Coherence;
import dev.terrace.purge.PurgeTable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How long readiness waits for a warm-up, in a time of the test's, and how fast it goes.
final class WarmUpTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final int KEYS = 1_000;

  private final SettableClock clock = new SettableClock(NOON);
  private final MemoryLayer memory =
      new MemoryLayer(
          new MemoryLayer.Settings(100, 16 << 20, Eviction.TINYLFU, 8), Samples.EXPIRY, clock);
  private final LayerStack layers =
      new LayerStack(memory, List.of(), new PurgeTable(1), Coherence.ALONE, Samples.EXPIRY, clock);
  private final Gate gate = new Gate();

  @AfterEach
  void end() {
    gate.open();
    layers.close();
  }

  private WarmUp warmUp(HotKeys list, LongSupplier nanoTime, Consumer<WarmUp.Progress> watcher) {
    return new WarmUp(
        new WarmUp.Settings(KEYS, TIMEOUT),
        layers,
        memory,
        new WarmUp.Lists(Optional.empty(), Optional.of(list)),
        nanoTime,
        watcher);
  }

  /// So many keys that nothing has.
  private static HotKeys list(int keys) {
    List<String> digests = IntStream.range(0, keys).mapToObj("%064x"::formatted).toList();
    return new HotKeys() {
      @Override
      public List<List<String>> read() {
        return List.of(digests);
      }

      @Override
      public void write(List<String> ignored) {}
    };
  }

  /// A list that cannot be read before the gate opens.
  private HotKeys behindGate(HotKeys list) {
    return new HotKeys() {
      @Override
      public List<List<String>> read() throws IOException {
        gate.pass();
        return list.read();
      }

      @Override
      public void write(List<String> ignored) {}
    };
  }

  @Test
  void readinessWaitsUntilEveryKeyWasLookedUp() throws Exception {
    try (WarmUp warmUp = warmUp(behindGate(list(3)), clock::nanos, _ -> {})) {
      assertThat(warmUp.isReady()).as("before it began").isFalse();
      warmUp.start();
      gate.awaitSomeone();
      assertThat(warmUp.isReady()).isFalse();
      clock.advance(TIMEOUT.minusNanos(1));
      assertThat(warmUp.isReady()).isFalse();
      gate.open();

      await().until(() -> warmUp.progress().state() == WarmUp.State.DONE);
      assertThat(warmUp.isReady()).isTrue();
      assertThat(warmUp.progress()).isEqualTo(new WarmUp.Progress(WarmUp.State.DONE, 3, 3, 0));
    }
  }

  @Test
  void readinessWaitsNoLongerThanItMayThoughItStillRuns() throws Exception {
    Consumer<WarmUp.Progress> held =
        progress -> {
          if (progress.state() == WarmUp.State.RUNNING) {
            gate.pass();
          }
        };
    try (WarmUp warmUp = warmUp(list(3), clock::nanos, held)) {
      warmUp.start();
      gate.awaitSomeone();
      clock.advance(TIMEOUT.minusNanos(1));
      assertThat(warmUp.isReady()).isFalse();
      clock.advance(Duration.ofNanos(1));

      assertThat(warmUp.isReady()).isTrue();
      assertThat(warmUp.progress().state()).isEqualTo(WarmUp.State.RUNNING);
      gate.open();
    }
  }

  /// A start must not take Redis, or the disk, for itself.
  @Test
  void noMoreThanTwoThousandKeysASecondAreLookedUp() {
    long begun = System.nanoTime();
    try (WarmUp warmUp = warmUp(list(KEYS), System::nanoTime, _ -> {})) {
      warmUp.start();
      await().until(() -> warmUp.progress().state() == WarmUp.State.DONE);
      assertThat(warmUp.progress().done()).isEqualTo(KEYS);
      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .isGreaterThanOrEqualTo(Duration.ofMillis(KEYS / 2));
    }
  }
}
