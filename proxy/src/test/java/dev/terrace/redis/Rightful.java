package dev.terrace.redis;

import java.io.IOException;
import java.time.Duration;
import org.awaitility.Awaitility;

/// Whether the node that takes a write is the one that most name.
final class Rightful {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Rightful() {}

  static void await(Redis redis) {
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> is(redis));
  }

  static boolean is(Redis redis) throws IOException {
    byte[] key = {'k'};
    Redis.Told<String> told = redis.change(key, PATIENCE, commands -> commands.set(key, key));
    return redis.isRightful(told.by(), key);
  }
}
