package dev.terrace.layer.redis;

import dev.terrace.redis.Redis;
import dev.terrace.redis.Usage;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// What Redis last said that is stored, asked again in the background where somebody wants to know
/// and it is older than a few seconds: metrics never wait for Redis. Safe for use by any thread.
final class LastUsage {
  private static final long FRESH_NANOS = Duration.ofSeconds(2).toNanos();
  private static final Duration DEADLINE = Duration.ofSeconds(1);

  private final Redis redis;
  private final LongSupplier nanoTime;
  private final AtomicLong askedNanos;
  private volatile Usage last = Usage.UNKNOWN;

  LastUsage(Redis redis, LongSupplier nanoTime) {
    this.redis = redis;
    this.nanoTime = nanoTime;
    this.askedNanos = new AtomicLong(nanoTime.getAsLong() - FRESH_NANOS);
  }

  Usage get() {
    long now = nanoTime.getAsLong();
    long asked = askedNanos.get();
    if (now - asked >= FRESH_NANOS && askedNanos.compareAndSet(asked, now)) {
      Thread.ofVirtual().name("redis-usage").start(this::ask);
    }
    return last;
  }

  private void ask() {
    try {
      last = redis.usage(DEADLINE);
    } catch (IOException e) {
      // What was said last stands until Redis is back.
    }
  }
}
