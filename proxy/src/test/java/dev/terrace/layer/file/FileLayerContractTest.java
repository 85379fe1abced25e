package dev.terrace.layer.file;

import dev.terrace.layer.Eviction;
import dev.terrace.layer.Layer;
import dev.terrace.layer.LayerContract;
import dev.terrace.layer.Samples;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class FileLayerContractTest extends LayerContract {
  private static final int VARIANTS = 8;

  @TempDir Path directory;

  @Override
  protected Layer layer() throws IOException {
    return FileLayer.open(
        new FileLayer.Settings(directory.resolve("cache"), 16 << 20, Eviction.LRU, VARIANTS),
        FixedStore.FIRST,
        Samples.EXPIRY,
        clock,
        Runnable::run,
        System::nanoTime);
  }

  @Override
  protected int variantLimit() {
    return VARIANTS;
  }
}
