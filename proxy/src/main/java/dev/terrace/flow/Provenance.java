package dev.terrace.flow;

import dev.terrace.http.Headers;
import dev.terrace.observe.Outcome;
import dev.terrace.rules.CacheStatus;
import dev.terrace.rules.CacheStatus.Fetching;
import dev.terrace.rules.CacheStatus.Storing;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.MissReason;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Where an answer came from, as X-Cache, X-Cache-Layer, X-Cache-TTL, Age and Cache-Status tell it
/// (`product.md` 5, RFC 9211).
///
/// @param outcome the word of X-Cache
/// @param layer that answered
/// @param reason why the target was asked; empty for a hit
/// @param targetStatus what the target answered, where that is not what the client gets
/// @param stored whether the answer was stored
/// @param fetching whether it was fetched for another request
/// @param ageSeconds for Age; empty leaves the target's own
/// @param ttlSeconds of life left, negative when stale; empty if unknown
/// @param detail why it was not stored or not looked up; empty for none
record Provenance(
    Outcome outcome,
    Optional<LayerName> layer,
    Optional<MissReason> reason,
    OptionalInt targetStatus,
    Storing stored,
    Fetching fetching,
    OptionalLong ageSeconds,
    OptionalLong ttlSeconds,
    String detail) {
  /// An answer from a layer.
  static Provenance hit(Outcome outcome, LayerName layer, long ageSeconds, long ttlSeconds) {
    return new Provenance(
        outcome,
        Optional.of(layer),
        Optional.empty(),
        OptionalInt.empty(),
        Storing.NOT_STORED,
        Fetching.OWN,
        OptionalLong.of(ageSeconds),
        OptionalLong.of(ttlSeconds),
        layer.word());
  }

  /// An answer from a layer, which the target has just confirmed.
  static Provenance confirmed(MissReason reason, long ageSeconds, long ttlSeconds) {
    return new Provenance(
        Outcome.REVALIDATED,
        Optional.empty(),
        Optional.of(reason),
        OptionalInt.of(304),
        Storing.STORED,
        Fetching.OWN,
        OptionalLong.of(ageSeconds),
        OptionalLong.of(ttlSeconds),
        "");
  }

  /// An answer of the target that was not stored.
  static Provenance forwarded(Outcome outcome, MissReason reason, String detail) {
    return new Provenance(
        outcome,
        Optional.empty(),
        Optional.of(reason),
        OptionalInt.empty(),
        Storing.NOT_STORED,
        Fetching.OWN,
        OptionalLong.empty(),
        OptionalLong.empty(),
        detail);
  }

  /// The same answer, of which this much life is left.
  ///
  /// @param guess the source of a life that nobody stated; empty for one that was
  Provenance stored(long ttlLeft, String guess) {
    return new Provenance(
        outcome,
        layer,
        reason,
        targetStatus,
        Storing.STORED,
        fetching,
        ageSeconds,
        OptionalLong.of(ttlLeft),
        guess);
  }

  /// The same answer, fetched for another request.
  Provenance collapsed() {
    return new Provenance(
        outcome,
        layer,
        reason,
        targetStatus,
        stored,
        Fetching.COLLAPSED,
        ageSeconds,
        ttlSeconds,
        detail);
  }

  /// The fields with what this says; members that other caches wrote into Cache-Status stay.
  Headers on(Headers fields) {
    Headers.Builder result = Headers.builder();
    for (Headers.Field field : fields) {
      if (!isOwn(field.name())) {
        result.add(field.name(), field.value());
      }
    }
    ageSeconds.ifPresent(age -> result.add("Age", Long.toString(age)));
    result.add("X-Cache", outcome.name());
    layer.ifPresent(name -> result.add("X-Cache-Layer", name.word()));
    ttlSeconds.ifPresent(ttl -> result.add("X-Cache-TTL", Long.toString(Math.max(0, ttl))));
    return result.add("Cache-Status", cacheStatus()).build();
  }

  private boolean isOwn(String name) {
    return name.equalsIgnoreCase("X-Cache")
        || name.equalsIgnoreCase("X-Cache-Layer")
        || name.equalsIgnoreCase("X-Cache-TTL")
        || (ageSeconds.isPresent() && name.equalsIgnoreCase("Age"));
  }

  private String cacheStatus() {
    Optional<String> told = detail.isEmpty() ? Optional.empty() : Optional.of(detail);
    return new CacheStatus(reason, targetStatus, stored, fetching, ttlSeconds, told).toString();
  }
}
