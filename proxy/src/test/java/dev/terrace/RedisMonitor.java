package dev.terrace;

import dev.terrace.redis.RedisServer;
import dev.terrace.redis.RedisTalk;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/// What a Redis is asked, by whomever, a line a command, those inside of scripts included.
final class RedisMonitor {
  private static final String END = "the end of what is monitored";

  private RedisMonitor() {}

  /// The commands while the work is done.
  static List<String> during(Visits.Work work, RedisServer redis) throws Exception {
    ConcurrentLinkedQueue<String> commands = new ConcurrentLinkedQueue<>();
    try (RedisTalk monitor = redis.talk()) {
      monitor.ask("MONITOR");
      Thread reader = Thread.ofVirtual().start(() -> read(monitor, commands));
      work.run();
      redis.ask("ECHO", END);
      reader.join();
    }
    return List.copyOf(commands);
  }

  private static void read(RedisTalk monitor, ConcurrentLinkedQueue<String> commands) {
    try {
      for (String line = monitor.read(); !line.contains(END); line = monitor.read()) {
        commands.add(line);
      }
    } catch (IOException e) {
      commands.add("the monitor ended: " + e);
    }
  }

  /// Whether it names an entry.
  static boolean isOfEntry(String line) {
    return line.matches(".*proxy:cache:\\{[0-9a-f]{64}\\}.*");
  }
}
