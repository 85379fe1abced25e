package dev.terrace.layer.redis;

import dev.terrace.redis.Connected;
import dev.terrace.redis.Redis;
import dev.terrace.redis.RedisServer;
import dev.terrace.redis.TestSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// The layer in one server.
final class StandaloneLayerContractTest extends RedisLayerContract {
  private static RedisServer server;
  private static Redis redis;

  @BeforeAll
  static void start() {
    server = RedisServer.start();
    redis = TestSettings.open(server.port());
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
