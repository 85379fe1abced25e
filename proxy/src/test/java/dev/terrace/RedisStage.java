package dev.terrace;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Instances on a Redis before a [PathTarget]. What is below `/r/` is kept in Redis alone, so that
/// whether Redis answers is seen at every request.
final class RedisStage implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(40);

  /// For tests in which Redis hangs: a lookup waits no longer than 150 ms. Where it answers, or is
  /// gone, it has five seconds, so that no machine is too slow for a hit.
  static final String HURRIED = "--redis-command-timeout=150ms";

  private static final String PATIENT = "--redis-command-timeout=5s";
  private static final String LOOKUPS =
      "terrace_layer_lookup_duration_seconds_count{layer=\"redis\",result=\"%s\"}";

  final PathTarget target = new PathTarget();
  private final List<AutoCloseable> open = new ArrayList<>();

  /// @param flags that say where Redis is, and others
  Instance start(String... flags) {
    List<String> all =
        new ArrayList<>(
            List.of(
                target.flag(),
                "--enable-redis",
                "--enable-file-cache=false",
                "--cache-rules=[{\"pattern\":\"/r/*\",\"layers\":[\"redis\"]}]"));
    all.addAll(List.of(flags));
    if (all.stream().noneMatch(flag -> flag.startsWith("--redis-command-timeout="))) {
      all.add(PATIENT);
    }
    Instance instance = new Instance(all.toArray(String[]::new));
    open.add(instance);
    return instance;
  }

  Instance start(int port, String... flags) {
    List<String> all = new ArrayList<>(List.of("--redis-host=127.0.0.1", "--redis-port=" + port));
    all.addAll(List.of(flags));
    return start(all.toArray(String[]::new));
  }

  /// Until Redis answers for this path.
  static void awaitHit(Instance instance, String path) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> instance.get(path).cache().equals("HIT redis"));
  }

  /// Paths of this name, all of which Redis answers for.
  static List<String> stored(Instance instance, String name, int count) {
    List<String> paths = paths(name, count);
    paths.forEach(path -> awaitHit(instance, path));
    return paths;
  }

  /// Paths of this name.
  static List<String> paths(String name, int count) {
    return IntStream.range(0, count).mapToObj(number -> "/r/" + name + "/" + number).toList();
  }

  /// Until everything was written to Redis, or given up.
  static void awaitWritten(Instance instance) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () ->
                instance.metric("terrace_fetches_in_flight") == 0
                    && instance.metric("terrace_layer_queue_bytes{layer=\"redis\"}") == 0);
  }

  /// How often the layer in Redis was asked in vain since the start.
  static long failedLookups(Instance instance) {
    return (long) instance.metric(LOOKUPS.formatted("error"));
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    target.close();
  }
}
