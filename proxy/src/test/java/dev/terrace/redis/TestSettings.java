package dev.terrace.redis;

import dev.terrace.Run;
import dev.terrace.config.RedisSettings;
import dev.terrace.observe.Observer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Settings of Redis as an operator would give them, and what is opened with them.
public final class TestSettings {
  private TestSettings() {}

  /// @param flags beside those that any start needs
  public static RedisSettings of(String... flags) {
    List<String> all = new ArrayList<>(List.of("--target-url=http://127.0.0.1:9"));
    all.addAll(List.of("--enable-redis", "--enable-file-cache=false"));
    all.addAll(List.of(flags));
    return Run.of(Map.of(), all.toArray(String[]::new)).serve().settings().redis();
  }

  /// Opened; it may not be connected yet.
  public static Redis open(String... flags) {
    return Redis.open(
        of(flags), Observer.NONE, InstantSource.system(), RandomGenerator.getDefault());
  }

  /// Opened to the server at the port.
  public static Redis open(int port, String... flags) {
    List<String> all = new ArrayList<>(List.of("--redis-host=127.0.0.1", "--redis-port=" + port));
    all.addAll(List.of(flags));
    return open(all.toArray(String[]::new));
  }
}
