package dev.terrace.admin;

import dev.terrace.layer.Layer;
import dev.terrace.layer.LayerStats;
import dev.terrace.rules.LayerName;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// The calls on whole layers: statistics, emptying, sweeping. A layer that is not enabled answers
/// `disabled`, in the same shape, so that a dashboard needs no second case.
final class LayerCalls {
  private static final String DISABLED = "disabled";

  private final AdminParts parts;
  private final Instant startedAt;

  LayerCalls(AdminParts parts) {
    this.parts = parts;
    this.startedAt = parts.clock().instant();
  }

  /// GET of /stats, in the shape of the proposal.
  Answer stats(Call.Request request) {
    ObjectNode answer = Answer.object();
    answer.set("memory", counts(layer(LayerName.MEMORY)));
    ObjectNode redis = answer.putObject("redis");
    redis.put("enabled", layer(LayerName.REDIS).isPresent());
    redis.put("connected", false).put("keys", 0).put("memory", "0B").put("memoryBytes", 0);
    redis.putNull("latency").putObject("keyspace");
    ObjectNode file = counts(layer(LayerName.FILE));
    file.putArray("files");
    answer.set("file", file);
    answer.put(
        "uptimeSeconds", parts.clock().instant().getEpochSecond() - startedAt.getEpochSecond());
    return Answer.json(200, answer);
  }

  /// GET of /redis/health.
  Answer redisHealth(Call.Request request) {
    ObjectNode answer = Answer.object().put("status", DISABLED).putNull("latency");
    return Answer.json(
        200,
        answer.put("connected", false).put("memory", "0B").put("memoryBytes", 0).put("keys", 0));
  }

  /// GET of /redis/ping and /redis/info.
  Answer redisDisabled(Call.Request request) {
    return Answer.json(200, Answer.object().put("status", DISABLED).put("connected", false));
  }

  /// DELETE of /memory, /redis and /file.
  Call emptying(LayerName name) {
    return request -> {
      Optional<Layer> layer = layer(name);
      ObjectNode answer = Answer.object().put("layer", name.word());
      if (layer.isEmpty()) {
        return Answer.json(200, answer.put("status", DISABLED));
      }
      long entries = layer.get().stats().entries();
      layer.get().clear();
      return Answer.json(
          200,
          answer
              .put("status", "emptied")
              .put("entries", entries)
              .put("kind", "eviction")
              .put("detail", "other layers keep what they hold; only a purge invalidates"));
    };
  }

  /// POST of /clean.
  Answer clean(Call.Request request) throws IOException {
    Instant now = parts.clock().instant();
    ObjectNode answer = Answer.object().put("status", "swept");
    ObjectNode removed = answer.putObject("removed");
    for (Layer layer : parts.layers()) {
      removed.put(layer.name().word(), layer.sweep(now));
    }
    return Answer.json(200, answer);
  }

  private Optional<Layer> layer(LayerName name) {
    return parts.layers().stream().filter(layer -> layer.name() == name).findFirst();
  }

  private static ObjectNode counts(Optional<Layer> layer) {
    LayerStats stats = layer.map(Layer::stats).orElse(new LayerStats(0, 0, 0, 0, 0, 0));
    long lookups = stats.hits() + stats.misses();
    return Answer.object()
        .put("enabled", layer.isPresent())
        .put("size", stats.entries())
        .put("bytes", stats.bytes())
        .put("limitBytes", stats.limitBytes())
        .put("hitRate", lookups == 0 ? 0.0 : (double) stats.hits() / lookups)
        .put("totalHits", stats.hits())
        .put("totalMisses", stats.misses())
        .put("evictions", stats.evictions());
  }
}
