package dev.terrace.torture;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// Ends instances in any way and starts them again, and stops them in mid-motion.
final class InstanceHarm implements Harm {
  private static final int LONGEST_DOWN_MILLIS = 2_500;
  private static final int LONGEST_STOP_MILLIS = 6_000;

  private final Fleet fleet;
  private final Chronicle chronicle;

  InstanceHarm(Fleet fleet, Chronicle chronicle) {
    this.fleet = fleet;
    this.chronicle = chronicle;
  }

  @Override
  public void inflict(RandomGenerator random, CountDownLatch end) throws Exception {
    int victim = random.nextInt(Fleet.SIZE);
    switch (random.nextInt(5)) {
      case 0, 1 -> restart(victim, "KILL", random.nextInt(LONGEST_DOWN_MILLIS), end);
      case 2 -> restart(victim, "TERM", random.nextInt(LONGEST_DOWN_MILLIS), end);
      default -> stop(victim, random.nextInt(LONGEST_STOP_MILLIS), end);
    }
  }

  private void restart(int victim, String signal, int downMillis, CountDownLatch end)
      throws Exception {
    chronicle.note("SIG%s to instance %d", signal, victim);
    fleet.signal(victim, signal);
    fleet.awaitEnd(victim);
    boolean _ = end.await(downMillis, TimeUnit.MILLISECONDS);
    fleet.start(victim);
    chronicle.note("instance %d started", victim);
  }

  private void stop(int victim, int millis, CountDownLatch end) throws Exception {
    chronicle.note("SIGSTOP to instance %d for %d ms", victim, millis);
    fleet.signal(victim, "STOP");
    boolean _ = end.await(millis, TimeUnit.MILLISECONDS);
    fleet.signal(victim, "CONT");
    chronicle.note("SIGCONT to instance %d", victim);
  }
}
