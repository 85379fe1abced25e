package dev.terrace.torture;

import dev.terrace.redis.FaultProxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// Cuts instances off Redis and heals the way, while clients reach them.
final class WayHarm implements Harm {
  private static final int LONGEST_CUT_MILLIS = 7_000;

  /// Silence after which an instance is not waited for is a time of its own.
  private static final int LONG_CUT_MILLIS = 14_000;

  private final List<FaultProxy> ways;
  private final Chronicle chronicle;

  /// @param ways to Redis, one an instance
  WayHarm(List<FaultProxy> ways, Chronicle chronicle) {
    this.ways = ways;
    this.chronicle = chronicle;
  }

  @Override
  public void inflict(RandomGenerator random, CountDownLatch end) throws InterruptedException {
    int victim = random.nextInt(Fleet.SIZE);
    FaultProxy way = ways.get(victim);
    int millis = random.nextInt(6) == 0 ? LONG_CUT_MILLIS : random.nextInt(LONGEST_CUT_MILLIS);
    switch (random.nextInt(4)) {
      case 0 -> {
        chronicle.note("connections of instance %d cut", victim);
        way.cut();
      }
      case 1 -> {
        chronicle.note("the way of instance %d is slow for %d ms", victim, millis);
        way.set(new FaultProxy.Fault.Delay(Duration.ofMillis(random.nextInt(1_500))));
        boolean _ = end.await(millis, TimeUnit.MILLISECONDS);
        way.heal();
      }
      case 2 -> {
        // What was sent arrives late.
        halfOpen(victim, way, millis, end);
        way.heal();
      }
      default -> {
        halfOpen(victim, way, millis, end);
        way.cut();
        way.heal();
      }
    }
    chronicle.note("the way of instance %d is healed", victim);
  }

  private void halfOpen(int victim, FaultProxy way, int millis, CountDownLatch end)
      throws InterruptedException {
    chronicle.note("instance %d is cut off for %d ms", victim, millis);
    way.set(new FaultProxy.Fault.HalfOpen());
    boolean _ = end.await(millis, TimeUnit.MILLISECONDS);
  }
}
