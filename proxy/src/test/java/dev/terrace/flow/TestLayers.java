package dev.terrace.flow;

import dev.terrace.layer.Eviction;
import dev.terrace.layer.LayerStack;
import dev.terrace.layer.memory.MemoryLayer;
import dev.terrace.purge.Coherence;
import dev.terrace.purge.PurgeTable;
import dev.terrace.rules.Expiry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/// A stack of a real memory layer alone.
final class TestLayers {
  private TestLayers() {}

  static LayerStack memory(PurgeTable purges, Coherence coherence, InstantSource clock) {
    Expiry expiry = new Expiry(Duration.ofSeconds(60), Duration.ofDays(30));
    MemoryLayer memory =
        new MemoryLayer(
            new MemoryLayer.Settings(1000, 64 << 20, Eviction.TINYLFU, 64), expiry, clock);
    return new LayerStack(memory, List.of(), purges, coherence, expiry, clock);
  }
}
