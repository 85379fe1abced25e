package dev.terrace.purge.redis;

import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.Standing;
import dev.terrace.purge.journal.SharedHistory;
import dev.terrace.redis.Connected;
import dev.terrace.redis.Redis;
import dev.terrace.redis.RedisServer;
import dev.terrace.redis.TestSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// One log in a real Redis, which instances follow step by step, in a time of the test's.
abstract class OneLog {
  static final String PREFIX = "test:";
  static final String KEY = PREFIX + "{ctl}";

  static RedisServer server;
  static Redis redis;

  final Follow.Time time = new Follow.Time();

  @TempDir Path temp;

  @BeforeAll
  static void start() {
    server = RedisServer.start(RedisServer.Options.PLAIN.line("appendonly yes"));
    redis = TestSettings.open(server.port());
    Connected.await(redis);
  }

  @AfterAll
  static void stop() {
    redis.close();
    server.close();
  }

  @BeforeEach
  void empty() {
    server.ask("CONFIG", "SET", "maxmemory", "0");
    server.ask("FLUSHALL");
  }

  final Follow serving(String id) {
    return new Follow(redis, PREFIX, id, Member.Binding.SERVES, time);
  }

  /// One without a disk.
  final Follow forgetting(String id) {
    return new Follow(redis, PREFIX, id, Member.Binding.FORGETS, time);
  }

  final Follow confirming(String id) {
    return new Follow(redis, PREFIX, id, Member.Binding.CONFIRMS, time);
  }

  final SharedHistory history(ExecutorService writer) throws IOException {
    return history(writer, PurgeTable.Bounds.DEFAULT);
  }

  final SharedHistory history(ExecutorService writer, PurgeTable.Bounds bounds) throws IOException {
    return SharedHistory.open(temp.resolve("purges"), bounds, new Random(), _ -> {}, writer);
  }

  /// The instance `a` with this disk.
  final Follow onDisk(SharedHistory history) {
    return new Follow(redis, PREFIX, "a", Member.Binding.SERVES, time, history, history.table());
  }

  /// All in contact, in a lineage that has been known for long.
  final void settle(Follow... instances) {
    Follow.settle(time, instances);
  }

  static Standing standing(Follow instance, String id) {
    return instance.purges.standing(id);
  }

  static String lineage() {
    return server.ask("HGET", KEY, "lineage");
  }

  /// The number of the newest record.
  static String seq() {
    return server.ask("HGET", KEY, "seq");
  }
}
