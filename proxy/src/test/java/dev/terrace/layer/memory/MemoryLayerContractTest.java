package dev.terrace.layer.memory;

import dev.terrace.layer.Eviction;
import dev.terrace.layer.Layer;
import dev.terrace.layer.LayerContract;
import dev.terrace.layer.Samples;
import org.junit.jupiter.api.Nested;

final class MemoryLayerContractTest {
  private static final int VARIANTS = 8;

  abstract static class OfMemory extends LayerContract {
    private final Eviction eviction;

    OfMemory(Eviction eviction) {
      this.eviction = eviction;
    }

    @Override
    protected Layer layer() {
      return new MemoryLayer(
          new MemoryLayer.Settings(1_000, 16 << 20, eviction, VARIANTS), Samples.EXPIRY, clock);
    }

    @Override
    protected int variantLimit() {
      return VARIANTS;
    }
  }

  @Nested
  final class WithTinyLfu extends OfMemory {
    WithTinyLfu() {
      super(Eviction.TINYLFU);
    }
  }

  @Nested
  final class WithLru extends OfMemory {
    WithLru() {
      super(Eviction.LRU);
    }
  }

  @Nested
  final class WithFifo extends OfMemory {
    WithFifo() {
      super(Eviction.FIFO);
    }
  }
}
