package dev.terrace.layer.redis;

import dev.terrace.redis.Connected;
import dev.terrace.redis.Redis;
import dev.terrace.redis.RedisSentinels;
import dev.terrace.redis.TestSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// The layer in a master behind Sentinels.
final class SentinelLayerContractTest extends RedisLayerContract {
  private static RedisSentinels server;
  private static Redis redis;

  @BeforeAll
  static void start() {
    server = RedisSentinels.start();
    redis =
        TestSettings.open(
            "--redis-mode=sentinel", "--redis-nodes=" + String.join(",", server.addresses()));
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
