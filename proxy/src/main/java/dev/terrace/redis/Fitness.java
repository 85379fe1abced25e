package dev.terrace.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Judges whether a server fits what it is used for, from what it says of itself. Pure.
final class Fitness {
  private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\b.*");
  private static final int MAJOR = 6;
  private static final int MINOR = 2;

  /// When snapshots are taken: `save` of the configuration, which INFO does not show.
  static final String SNAPSHOTS = "config:save";

  private Fitness() {}

  /// A line for each thing that does not fit; nothing is said of what is hidden.
  ///
  /// @param mode of the deployment
  static List<String> of(ServerFacts facts, String mode) {
    List<String> lines = new ArrayList<>();
    onVersion(facts, lines);
    onMemory(facts, lines);
    onPersistence(facts, lines);
    onRole(facts, mode, lines);
    return List.copyOf(lines);
  }

  private static void onVersion(ServerFacts facts, List<String> lines) {
    Matcher version = VERSION.matcher(facts.version());
    if (!version.matches()) {
      return;
    }
    int major = Integer.parseInt(version.group(1));
    int minor = Integer.parseInt(version.group(2));
    if (major < MAJOR || (major == MAJOR && minor < MINOR)) {
      lines.add("its version is " + facts.version() + ", expected 6.2 or later");
    }
  }

  private static void onMemory(ServerFacts facts, List<String> lines) {
    if (facts.says("maxmemory", "0")) {
      lines.add(
          "maxmemory is not set: it grows until the machine has no memory left; set it, with"
              + " maxmemory-policy allkeys-lru");
    } else if (facts.find("maxmemory").isPresent()
        && facts.says("maxmemory_policy", "noeviction")) {
      lines.add(
          "maxmemory-policy is noeviction: once it is full nothing is stored any more; set"
              + " allkeys-lru");
    }
  }

  private static void onPersistence(ServerFacts facts, List<String> lines) {
    if (facts.says("rdb_last_bgsave_status", "err")) {
      lines.add("its last snapshot failed: it may refuse writes (MISCONF) until one succeeds");
    }
    if (facts.says("aof_enabled", "1") && facts.says("aof_last_write_status", "err")) {
      lines.add("its append-only file could not be written: it may refuse writes (MISCONF)");
    }
    if (facts.says("aof_enabled", "0") && facts.says(SNAPSHOTS, "")) {
      lines.add("it keeps nothing on disk: what it holds does not outlive its restart");
    }
  }

  private static void onRole(ServerFacts facts, String mode, List<String> lines) {
    if (mode.equals("standalone") && facts.says("role", "slave")) {
      lines.add("it is a replica, which takes no writes: name its master, or the Sentinels");
    }
    if (mode.equals("standalone") && facts.says("redis_mode", "cluster")) {
      lines.add("it is one node of a Redis Cluster, and refuses most keys: set --redis-mode=auto");
    }
    boolean replicationShown = facts.find("role").isPresent();
    if (mode.equals("sentinel")
        && replicationShown
        && facts.find("min_slaves_good_slaves").isEmpty()) {
      lines.add(
          "min-replicas-to-write is 0: a master that is cut off goes on taking writes, which the"
              + " failover drops; set it to 1");
    }
  }
}
