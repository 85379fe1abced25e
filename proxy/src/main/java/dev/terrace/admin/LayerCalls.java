package dev.terrace.admin;

import dev.terrace.layer.Entry;
import dev.terrace.layer.Layer;
import dev.terrace.layer.LayerStats;
import dev.terrace.layer.WarmUp;
import dev.terrace.rules.LayerName;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The calls on whole layers: statistics, emptying, sweeping. A layer that is not enabled answers
/// `disabled`, in the same shape, so that a dashboard needs no second case.
final class LayerCalls {
  private static final String DISABLED = "disabled";
  private static final int MAX_SHOWN_FILES = 100;

  private final AdminParts parts;
  private final RedisCalls redisCalls;
  private final Instant startedAt;

  LayerCalls(AdminParts parts, RedisCalls redisCalls) {
    this.parts = parts;
    this.redisCalls = redisCalls;
    this.startedAt = parts.clock().instant();
  }

  /// GET of /stats, in the shape of the proposal.
  Answer stats(Call.Request request) throws IOException {
    ObjectNode answer = Answer.object();
    answer.set("memory", counts(layer(LayerName.MEMORY)));
    ObjectNode redis = counts(layer(LayerName.REDIS));
    // Of these the proposal has others.
    redis.remove(List.of("size", "bytes", "limitBytes"));
    redisCalls.stats(redis);
    answer.set("redis", redis);
    ObjectNode file = counts(layer(LayerName.FILE));
    ArrayNode files = file.putArray("files");
    firstFiles().forEach(files::add);
    answer.set("file", file);
    WarmUp.Progress warmUp = parts.warmUp().get();
    answer
        .putObject("warmup")
        .put("state", warmUp.state().name().toLowerCase(Locale.ROOT))
        .put("done", warmUp.done())
        .put("total", warmUp.total());
    answer.put(
        "uptimeSeconds", parts.clock().instant().getEpochSecond() - startedAt.getEpochSecond());
    return Answer.json(200, answer);
  }

  /// The keys of some of what the file layer holds: a first page, never the whole.
  private List<String> firstFiles() throws IOException {
    Optional<Layer> layer = layer(LayerName.FILE);
    if (layer.isEmpty()) {
      return List.of();
    }
    try (Stream<Entry> entries = layer.get().entries()) {
      return entries.limit(MAX_SHOWN_FILES).map(entry -> entry.key().digest()).toList();
    }
  }

  /// DELETE of /memory, /redis and /file.
  Call emptying(LayerName name) {
    return request -> {
      Optional<Layer> layer = layer(name);
      ObjectNode answer = Answer.object().put("layer", name.word());
      if (layer.isEmpty()) {
        return Answer.json(200, answer.put("status", DISABLED));
      }
      long entries = layer.get().clear();
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
    LayerStats stats = layer.map(Layer::stats).orElse(new LayerStats(0, 0, 0, 0, 0, 0, 0));
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
