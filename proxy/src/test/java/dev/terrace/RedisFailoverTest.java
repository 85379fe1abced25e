package dev.terrace;

import dev.terrace.redis.RedisCluster;
import dev.terrace.redis.RedisSentinels;
import dev.terrace.redis.RedisServer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Masters change and slots move while clients ask: every answer is right, none waits until there
/// is a master, and the new one answers by itself.
final class RedisFailoverTest {
  private static final int CLIENTS = 4;

  private final RedisStage stage = new RedisStage();

  @AfterEach
  void end() throws Exception {
    stage.close();
  }

  @Test
  void aFailoverOfSentinelsUnderRequestsIsNotNoticed() throws Exception {
    try (RedisSentinels sentinels = RedisSentinels.start()) {
      Instance instance =
          stage.start(
              RedisStage.HURRIED,
              "--redis-mode=sentinel",
              "--redis-nodes=" + String.join(",", sentinels.addresses()));
      List<String> paths = RedisStage.stored(instance, "sentinel", 20);

      Visits visits =
          Visits.during(
              () -> {
                sentinels.failover();
                RedisStage.awaitHit(instance, "/r/planned/0");
                sentinels.killMaster(() -> Visits.of(instance, paths).expectSound());
                RedisStage.awaitHit(instance, "/r/killed/0");
              },
              instance,
              paths,
              CLIENTS);

      visits.expectSound().expectPrompt();
    }
  }

  @Test
  void aClusterThatLosesAMasterAndMovesASlotUnderRequestsIsNotNoticed() throws Exception {
    try (RedisCluster cluster = RedisCluster.start()) {
      Instance instance = stage.start(cluster.servers().getFirst().port(), RedisStage.HURRIED);
      List<String> paths = RedisStage.stored(instance, "cluster", 40);

      Visits visits =
          Visits.during(
              () -> {
                String key = someEntry(cluster);
                int slot = cluster.slot(key);
                RedisServer from = cluster.ownerOf(slot);
                RedisServer to =
                    cluster.masters().stream().filter(one -> one != from).findFirst().orElseThrow();
                cluster.moveSlot(slot, to);
                cluster.killMaster(to, () -> Visits.of(instance, paths).expectSound());
                RedisStage.stored(instance, "after", 40);
              },
              instance,
              paths,
              CLIENTS);

      visits.expectSound().expectPrompt();
      RedisStage.stored(instance, "cluster", 40);
    }
  }

  private static String someEntry(RedisCluster cluster) {
    return cluster.masters().stream()
        .map(master -> master.ask("KEYS", "proxy:cache:{????????????????????????????????*}"))
        .filter(keys -> !keys.isEmpty())
        .map(keys -> keys.split("\n", -1)[0])
        .findFirst()
        .orElseThrow();
  }
}
