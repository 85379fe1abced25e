package dev.terrace.torture;

import dev.terrace.redis.RedisSentinels;
import dev.terrace.redis.RedisServer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// A master behind Sentinels fails over: because it is told to, is killed, or is stopped, in which
/// case it goes on as a master for a while once it wakes up.
final class SentinelHarm implements Harm {
  private static final int LONGEST_STOP_MILLIS = 5_000;

  private final RedisSentinels sentinels;
  private final ControlData control;
  private final Chronicle chronicle;

  SentinelHarm(RedisSentinels sentinels, ControlData control, Chronicle chronicle) {
    this.sentinels = sentinels;
    this.control = control;
    this.chronicle = chronicle;
  }

  @Override
  public void inflict(RandomGenerator random, CountDownLatch end) throws Exception {
    RedisServer master = sentinels.master();
    switch (random.nextInt(6)) {
      case 0 -> {
        chronicle.note("failover from %s", master.address());
        RedisServer now = sentinels.failover();
        chronicle.note("failover to %s", now.address());
      }
      case 1 -> {
        chronicle.note("master %s is killed", master.address());
        master.kill();
        RedisServer now = sentinels.awaitOtherMaster(master);
        chronicle.note("master is %s", now.address());
        master.restart();
      }
      case 2, 3 -> {
        chronicle.note("SIGSTOP to master %s", master.address());
        master.suspend();
        boolean _ = end.await(random.nextInt(LONGEST_STOP_MILLIS), TimeUnit.MILLISECONDS);
        master.resume();
        chronicle.note("SIGCONT to former master");
      }
      default -> {
        control.harm(master, random, end);
        return;
      }
    }
    // Without replicas in step there is nobody to fail over to.
    sentinels.awaitReadiness();
  }
}
