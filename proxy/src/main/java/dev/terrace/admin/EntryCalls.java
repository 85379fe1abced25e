package dev.terrace.admin;

import dev.terrace.http.Headers;
import dev.terrace.layer.Entry;
import dev.terrace.layer.Layer;
import dev.terrace.layer.StoredResponse;
import dev.terrace.purge.Verdict;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.GroupTag;
import dev.terrace.rules.Intake;
import dev.terrace.rules.KeyDecision;
import dev.terrace.rules.KeyPolicy;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.Rule;
import dev.terrace.rules.UrlKey;
import dev.terrace.rules.VariantKey;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// GET /entries and GET /explain: what is stored, and what would happen to a request.
final class EntryCalls {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1_000;
  private static final String FRESH = "fresh";

  private final AdminParts parts;
  private final Probe probe;
  private final PurgeScopes scopes;

  EntryCalls(AdminParts parts, Probe probe, PurgeScopes scopes) {
    this.parts = parts;
    this.probe = probe;
    this.scopes = scopes;
  }

  /// A page of the keys of every layer, in the order of their digests: that order stays the same
  /// while entries come and go, so that following `next` meets every key that stays.
  Answer entries(Call.Request request) throws BadCall, IOException {
    String prefix = request.parameter("prefix").map(Given::text).orElse("/");
    String after = request.parameter("after").map(Given::text).orElse("");
    int limit = request.parameter("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    NavigableMap<String, List<Found>> page = new TreeMap<>();
    for (Layer layer : parts.layers()) {
      if (layer.name() == LayerName.REDIS) {
        // Others would wait while all of it is gone through.
        continue;
      }
      try (Stream<Entry> entries = layer.entries()) {
        entries
            .filter(entry -> entry.key().url().pathAndQuery().startsWith(prefix))
            .filter(entry -> entry.key().digest().compareTo(after) > 0)
            .forEach(entry -> add(new Found(layer, entry), limit, page));
      }
    }
    ObjectNode answer = Answer.object();
    ArrayNode array = answer.putArray("entries");
    Instant now = parts.clock().instant();
    page.forEach((digest, found) -> array.add(describeKey(digest, found, now)));
    // A full page may be the last: then the next one is empty.
    answer.put("next", page.size() < limit ? null : page.lastKey());
    return Answer.json(200, answer);
  }

  /// What a GET of this URL without any field would meet, and what each layer holds for the URL.
  Answer explain(Call.Request request) throws BadCall, IOException {
    Given given =
        request.parameter("url").orElseThrow(() -> BadCall.malformed("expected the parameter url"));
    Probe.Url url = probe.url(given);
    Intake intake = probe.request("GET", url, Headers.EMPTY);
    Optional<Rule> governing = parts.rules().get().governing(intake);
    ObjectNode answer = Answer.object().put("url", shown(parts.keys().url(intake, governing)));
    answer.put("rule", governing.map(Rule::label).orElse(null));
    ArrayNode reasons = answer.arrayNode();
    KeyDecision key = parts.keys().key(intake, governing, new KeyPolicy.Body.None());
    RuleCalls.describeLookup(key, answer, reasons);
    answer.set("reasons", reasons);
    Set<UrlKey> keys = scopes.keys(url);
    Instant now = parts.clock().instant();
    ObjectNode layers = answer.putObject("layers");
    for (Layer layer : parts.layers()) {
      ArrayNode found = layers.putArray(layer.name().word());
      try (Stream<Entry> entries = held(layer, key)) {
        entries
            .filter(entry -> keys.contains(entry.key().url()))
            .limit(MAX_LIMIT)
            .forEach(entry -> found.add(describe(entry, now)));
      }
    }
    return Answer.json(200, answer);
  }

  /// Everything that a layer holds; of Redis only what it has under the key, since others would
  /// wait while all of it is gone through.
  private static Stream<Entry> held(Layer layer, KeyDecision key) throws IOException {
    if (layer.name() != LayerName.REDIS) {
      return layer.entries();
    }
    return key instanceof KeyDecision.Keyed keyed
        ? layer.find(keyed.key(), _ -> true).stream().map(StoredResponse::entry)
        : Stream.empty();
  }

  private record Found(Layer layer, Entry entry) {}

  /// Keeps the `limit` lowest digests.
  private static void add(Found found, int limit, NavigableMap<String, List<Found>> page) {
    String digest = found.entry().key().digest();
    if (page.size() == limit && digest.compareTo(page.lastKey()) > 0) {
      return;
    }
    page.computeIfAbsent(digest, key -> new ArrayList<>()).add(found);
    if (page.size() > limit) {
      page.pollLastEntry();
    }
  }

  private ObjectNode describeKey(String digest, List<Found> found, Instant now) {
    CacheKey key = found.getFirst().entry().key();
    ObjectNode json = Answer.object().put("key", digest).put("url", shown(key.url()));
    ArrayNode variants = json.putArray("variants");
    found.stream()
        .sorted(Comparator.comparing(one -> one.layer().name()))
        .forEach(
            one ->
                variants
                    .addObject()
                    .put("layer", one.layer().name().word())
                    .setAll(describe(one.entry(), now)));
    return json;
  }

  private ObjectNode describe(Entry entry, Instant now) {
    ObjectNode json = Answer.object();
    json.put("status", entry.head().response().status());
    String state = state(entry, now);
    json.put("state", state);
    json.put("ageSeconds", entry.head().age(now).toSeconds());
    json.put("ttlSeconds", state.equals(FRESH) ? left(entry, now).toSeconds() : 0);
    json.put("lifetimeSeconds", entry.head().lifetime().freshness().toSeconds());
    json.put("lifetimeFrom", entry.head().lifetime().source().word());
    json.put("storedAt", entry.head().receivedAt().toString());
    json.put("etag", entry.head().response().headers().first("ETag").orElse(null));
    ObjectNode vary = json.putObject("vary");
    for (int i = 0; i < entry.variant().names().size(); i++) {
      describeField(entry.variant().names().get(i), entry.variant().values().get(i), vary);
    }
    ArrayNode tags = json.putArray("tags");
    entry.fenced().tags().stream().filter(tag -> !GroupTag.is(tag)).sorted().forEach(tags::add);
    return json;
  }

  private void describeField(String name, String value, ObjectNode vary) {
    if (value.equals(VariantKey.ABSENT)) {
      vary.putNull(name);
    } else {
      vary.put(name, parts.secrets().isSecret(name) ? "***" : value);
    }
  }

  private String state(Entry entry, Instant now) {
    Verdict verdict = parts.purges().judge(entry.fenced());
    return switch (verdict) {
      case PURGED -> "purged";
      case SUSPECT -> "suspect";
      case SOFT_PURGED -> "soft-purged";
      case CURRENT -> left(entry, now).isPositive() ? FRESH : "stale";
    };
  }

  private static Duration left(Entry entry, Instant now) {
    return Duration.between(now, entry.head().freshUntil());
  }

  private String shown(UrlKey url) {
    return url.host() + parts.secrets().masked(url.pathAndQuery());
  }
}
