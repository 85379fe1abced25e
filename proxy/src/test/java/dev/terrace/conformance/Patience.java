package dev.terrace.conformance;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Waits for conditions. What is to happen happens within its limit; only what fails takes so long.
final class Patience {
  static final long LIMIT_MILLIS = 10_000;
  private static final long POLL_MILLIS = 2;

  private Patience() {}

  static void until(BooleanSupplier condition, Supplier<String> otherwise)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIMIT_MILLIS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(otherwise.get());
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  static <T> T of(CompletableFuture<T> future, Supplier<String> otherwise)
      throws InterruptedException {
    try {
      return future.get(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new AssertionError(otherwise.get(), e);
    }
  }

  static <T> T next(BlockingQueue<T> queue, Supplier<String> otherwise)
      throws InterruptedException {
    @Nullable T next = queue.poll(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
    if (next == null) {
      throw new AssertionError(otherwise.get());
    }
    return next;
  }
}
