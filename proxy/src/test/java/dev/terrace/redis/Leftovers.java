package dev.terrace.redis;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Ends processes that a test left, when the JVM ends.
public final class Leftovers {
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
  }

  private Leftovers() {}

  public static void endWithThisJvm(Process process) {
    RUNNING.add(process);
    process.onExit().thenAccept(RUNNING::remove);
  }
}
