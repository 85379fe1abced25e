package dev.terrace.layer.redis;

import dev.terrace.redis.Connected;
import dev.terrace.redis.Redis;
import dev.terrace.redis.RedisCluster;
import dev.terrace.redis.TestSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// The layer in a cluster.
final class ClusterLayerContractTest extends RedisLayerContract {
  private static RedisCluster server;
  private static Redis redis;

  @BeforeAll
  static void start() {
    server = RedisCluster.start();
    redis = TestSettings.open("--redis-nodes=" + String.join(",", server.addresses()));
    Connected.await(redis);
  }

  @AfterAll
  static void stop() {
    redis.close();
    server.close();
  }

  @Override
  Redis redis() {
    return redis;
  }
}
