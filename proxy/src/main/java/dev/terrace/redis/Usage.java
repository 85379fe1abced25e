package dev.terrace.redis;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is stored in Redis, summed over its masters. Counts of keys are of the whole database that
/// is used: keys of this prefix alone could only be counted by going through all of them.
///
/// @param db the database that is used
/// @param keys in it, of whatever prefix
/// @param expires of these, the ones that expire
/// @param bytes of memory used
/// @param peakBytes used at most since the start of the server
/// @param residentBytes as the operating system sees it
/// @param limitBytes `maxmemory`; 0 where there is none
/// @param evictions keys evicted for room since the start of the server
/// @param expired keys that expired since the start of the server
/// @param policy `maxmemory_policy`; empty where it is hidden
/// @param version of the server; empty where it is hidden
public record Usage(
    int db,
    long keys,
    long expires,
    long bytes,
    long peakBytes,
    long residentBytes,
    long limitBytes,
    long evictions,
    long expired,
    String policy,
    String version) {
  /// Of a Redis that has said nothing yet.
  public static final Usage UNKNOWN = new Usage(0, 0, 0, 0, 0, 0, 0, 0, 0, "", "");

  private static final Pattern KEYSPACE = Pattern.compile("keys=(\\d{1,18}),expires=(\\d{1,18}).*");

  static Usage of(List<ServerFacts> nodes, int db) {
    return new Usage(
        db,
        nodes.stream().mapToLong(node -> keyspace(node, db, 1)).sum(),
        nodes.stream().mapToLong(node -> keyspace(node, db, 2)).sum(),
        sum(nodes, "used_memory"),
        sum(nodes, "used_memory_peak"),
        sum(nodes, "used_memory_rss"),
        sum(nodes, "maxmemory"),
        sum(nodes, "evicted_keys"),
        sum(nodes, "expired_keys"),
        nodes.getFirst().find("maxmemory_policy").orElse(""),
        nodes.getFirst().version());
  }

  private static long sum(List<ServerFacts> nodes, String field) {
    return nodes.stream().mapToLong(node -> number(node.find(field))).sum();
  }

  private static long number(Optional<String> text) {
    try {
      return text.isPresent() ? Long.parseLong(text.get()) : 0;
    } catch (NumberFormatException e) {
      // Servers that only speak like Redis have other things to say.
      return 0;
    }
  }

  private static long keyspace(ServerFacts node, int db, int group) {
    Matcher parts = KEYSPACE.matcher(node.find("db" + db).orElse(""));
    return parts.matches() ? Long.parseLong(parts.group(group)) : 0;
  }
}
