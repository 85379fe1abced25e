package dev.terrace.admin;

import dev.terrace.redis.Redis;
import dev.terrace.redis.Status;
import dev.terrace.redis.Usage;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// The calls about Redis itself. Where it is not enabled they answer `disabled`, in the same shape,
/// so that a dashboard needs no second case; where it does not answer within a moment, what they
/// say of it is zero and not known.
final class RedisCalls {
  private static final String DISABLED = "disabled";
  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;

  private static final Duration DEADLINE = Duration.ofMillis(500);

  /// A round trip that takes longer than this is none to build a cache on.
  private static final Duration SLOW = Duration.ofMillis(100);

  private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB"};
  private static final double UNIT = 1024;

  private final Optional<Redis> redis;

  RedisCalls(Optional<Redis> redis) {
    this.redis = redis;
  }

  /// What Redis says now, asked once.
  ///
  /// @param latency of the question; empty if there was no answer
  private record Reading(Status status, Usage usage, Optional<Duration> latency) {
    String word() {
      if (latency.isEmpty()) {
        return "unavailable";
      }
      boolean isWell =
          status.state() == Status.State.CONNECTED && latency.get().compareTo(SLOW) <= 0;
      return isWell ? "healthy" : "degraded";
    }
  }

  private static Reading read(Redis redis) {
    long begun = System.nanoTime();
    try {
      Usage usage = redis.usage(DEADLINE);
      return new Reading(
          redis.status(), usage, Optional.of(Duration.ofNanos(System.nanoTime() - begun)));
    } catch (IOException e) {
      return new Reading(redis.status(), Usage.UNKNOWN, Optional.empty());
    }
  }

  /// The part of /stats, in the shape of the proposal.
  void stats(ObjectNode answer) {
    answer.put("enabled", redis.isPresent());
    if (redis.isEmpty()) {
      usage(Usage.UNKNOWN, answer.put("connected", false));
      answer.putNull("latency").putObject("keyspace");
      return;
    }
    Reading reading = read(redis.get());
    Usage usage = reading.usage();
    usage(usage, answer.put("connected", reading.latency().isPresent()));
    latency(reading.latency(), answer);
    ObjectNode keyspace = answer.putObject("keyspace");
    if (reading.latency().isPresent()) {
      keyspace.put("db" + usage.db(), "keys=" + usage.keys() + ",expires=" + usage.expires());
    }
  }

  /// GET of /redis/health.
  Answer health(Call.Request request) {
    if (redis.isEmpty()) {
      ObjectNode answer = disabled().putNull("latency");
      return Answer.json(OK, usage(Usage.UNKNOWN, answer));
    }
    Reading reading = read(redis.get());
    ObjectNode answer = state(reading);
    latency(reading.latency(), answer);
    usage(reading.usage(), answer);
    return Answer.json(reading.word().equals("healthy") ? OK : UNAVAILABLE, answer);
  }

  /// GET of /redis/ping.
  Answer ping(Call.Request request) {
    if (redis.isEmpty()) {
      return Answer.json(OK, disabled().putNull("latency"));
    }
    Reading reading = read(redis.get());
    ObjectNode answer = state(reading);
    latency(reading.latency(), answer);
    return Answer.json(reading.latency().isPresent() ? OK : UNAVAILABLE, answer);
  }

  /// GET of /redis/info.
  Answer info(Call.Request request) {
    if (redis.isEmpty()) {
      return Answer.json(OK, disabled().put("memory", "0B").put("memoryBytes", 0));
    }
    Reading reading = read(redis.get());
    Usage usage = reading.usage();
    ObjectNode answer =
        state(reading)
            .put("memory", shown(usage.bytes()))
            .put("memoryBytes", usage.bytes())
            .put("peakBytes", usage.peakBytes())
            .put("residentBytes", usage.residentBytes())
            .put("limitBytes", usage.limitBytes())
            .put("policy", usage.policy())
            .put("evictedKeys", usage.evictions())
            .put("expiredKeys", usage.expired())
            .put("version", usage.version())
            .put("mode", reading.status().mode())
            .put("nodes", reading.status().nodes());
    return Answer.json(reading.latency().isPresent() ? OK : UNAVAILABLE, answer);
  }

  private static ObjectNode disabled() {
    return Answer.object().put("status", DISABLED).put("connected", false);
  }

  private static ObjectNode state(Reading reading) {
    return Answer.object()
        .put("status", reading.word())
        .put("connected", reading.latency().isPresent());
  }

  private static void latency(Optional<Duration> latency, ObjectNode answer) {
    if (latency.isPresent()) {
      answer.put("latency", Math.round(latency.get().toNanos() / 10_000.0) / 100.0);
    } else {
      answer.putNull("latency");
    }
  }

  private static ObjectNode usage(Usage usage, ObjectNode answer) {
    return answer
        .put("keys", usage.keys())
        .put("memory", shown(usage.bytes()))
        .put("memoryBytes", usage.bytes());
  }

  /// As the proposal shows it: `45.2MB`.
  private static String shown(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= UNIT && unit < UNITS.length - 1) {
      value /= UNIT;
      unit++;
    }
    return unit == 0 ? bytes + UNITS[0] : String.format(Locale.ROOT, "%.1f%s", value, UNITS[unit]);
  }
}
