package dev.terrace.torture;

import dev.terrace.redis.RedisCluster;
import dev.terrace.redis.RedisServer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// The master of a cluster that holds the control data is killed, or is stopped, so that another
/// takes its place while it wakes up as a master; or its slot moves to another master.
final class ClusterHarm implements Harm {
  private static final int LONGEST_STOP_MILLIS = 8_000;

  private final RedisCluster cluster;
  private final ControlData control;
  private final Chronicle chronicle;
  private final int slot;

  ClusterHarm(RedisCluster cluster, ControlData control, Chronicle chronicle) {
    this.cluster = cluster;
    this.control = control;
    this.chronicle = chronicle;
    this.slot = cluster.slot(ControlData.KEY);
  }

  @Override
  public void inflict(RandomGenerator random, CountDownLatch end) throws Exception {
    RedisServer owner = cluster.ownerOf(slot);
    switch (random.nextInt(6)) {
      case 0 -> {
        chronicle.note("master %s is killed", owner.address());
        cluster.killMaster(owner);
        chronicle.note("master of the slot is %s", cluster.ownerOf(slot).address());
        owner.restart();
      }
      case 1, 2 -> {
        chronicle.note("SIGSTOP to master %s", owner.address());
        owner.suspend();
        boolean _ = end.await(random.nextInt(LONGEST_STOP_MILLIS), TimeUnit.MILLISECONDS);
        owner.resume();
        chronicle.note("SIGCONT to %s", owner.address());
      }
      case 3 -> {
        List<RedisServer> others =
            cluster.masters().stream().filter(server -> server != owner).toList();
        RedisServer next = others.get(random.nextInt(others.size()));
        chronicle.note("the slot moves from %s to %s", owner.address(), next.address());
        cluster.moveSlot(slot, next);
      }
      default -> {
        control.harm(owner, random, end);
        return;
      }
    }
    cluster.awaitHealth();
  }
}
