package dev.terrace.layer;

import dev.terrace.layer.memory.MemoryLayer;
import dev.terrace.observe.Observer;
import dev.terrace.rules.LayerName;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;

/// A layer that could fail and does not, behind its guard.
final class GuardedLayerContractTest extends LayerContract {
  private static final int VARIANTS = 8;

  private final ExecutorService threads = Executors.newFixedThreadPool(2);

  @AfterEach
  void endThreads() {
    threads.close();
  }

  @Override
  protected Layer layer() {
    MemoryLayer memory =
        new MemoryLayer(
            new MemoryLayer.Settings(1_000, 16 << 20, Eviction.TINYLFU, VARIANTS),
            Samples.EXPIRY,
            clock);
    Duration ample = Duration.ofSeconds(30);
    return new GuardedLayer(
        new FaultyLayer(memory, LayerName.FILE),
        new GuardedLayer.Settings(ample, ample, Breaker.Settings.DEFAULT),
        threads,
        Observer.NONE,
        System::nanoTime);
  }

  @Override
  protected int variantLimit() {
    return VARIANTS;
  }
}
