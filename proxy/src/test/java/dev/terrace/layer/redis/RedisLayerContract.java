package dev.terrace.layer.redis;

import dev.terrace.layer.Layer;
import dev.terrace.layer.LayerContract;
import dev.terrace.layer.Samples;
import dev.terrace.redis.Redis;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// What every layer does, done by the layer in Redis. Each test has a prefix of its own.
abstract class RedisLayerContract extends LayerContract {
  static final int VARIANTS = 8;
  private static final AtomicInteger PREFIXES = new AtomicInteger();

  private Optional<RedisLayer> current = Optional.empty();

  /// Connected; the same for all tests of a class.
  abstract Redis redis();

  static RedisLayer.Settings settings(String prefix) {
    return new RedisLayer.Settings(
        prefix,
        Duration.ofSeconds(5),
        Duration.ofSeconds(5),
        16 << 20,
        VARIANTS,
        Optional.empty(),
        RedisLayer.Compressing.OFF);
  }

  @Override
  protected Layer layer() {
    RedisLayer layer =
        new RedisLayer(
            redis(),
            settings("test:" + PREFIXES.incrementAndGet() + ":"),
            Samples.EXPIRY,
            clock,
            new Random(1));
    current = Optional.of(layer);
    return layer;
  }

  @Override
  protected int variantLimit() {
    return VARIANTS;
  }

  @Override
  protected boolean keepsItself() {
    return false;
  }

  @Override
  protected long held() throws IOException {
    try (Stream<?> entries = current.orElseThrow().entries()) {
      return entries.count();
    }
  }
}
