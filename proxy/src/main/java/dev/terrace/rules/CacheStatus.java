package dev.terrace.rules;

import dev.terrace.http.Headers;
import dev.terrace.http.StructuredField;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Terrace's member of Cache-Status (RFC 9211): how it came by the answer.
///
/// @param reason why the request went to the target; empty for a hit
/// @param targetStatus what the target answered, where that is not what the client gets
/// @param stored whether the answer was stored
/// @param collapsed whether it came out of a fetch that another request began
/// @param ttlSeconds of freshness left, negative once stale
/// @param detail a word of ours: the layer of a hit, why nothing was stored
public record CacheStatus(
    Optional<MissReason> reason,
    OptionalInt targetStatus,
    Storing stored,
    Fetching collapsed,
    OptionalLong ttlSeconds,
    Optional<String> detail) {
  private static final String FIELD = "Cache-Status";
  private static final String NAME = "terrace";

  /// Whether the answer was stored (RFC 9211 §2.5).
  public enum Storing {
    STORED,
    NOT_STORED
  }

  /// Whose fetch brought the answer (RFC 9211 §2.6).
  public enum Fetching {
    OWN,
    COLLAPSED
  }

  /// Answered from the cache.
  public static CacheStatus hit(long ttlSeconds, String detail) {
    return new CacheStatus(
        Optional.empty(),
        OptionalInt.empty(),
        Storing.NOT_STORED,
        Fetching.OWN,
        OptionalLong.of(ttlSeconds),
        Optional.of(detail));
  }

  /// Answered by the target.
  public static CacheStatus forwarded(MissReason reason) {
    return new CacheStatus(
        Optional.of(reason),
        OptionalInt.empty(),
        Storing.NOT_STORED,
        Fetching.OWN,
        OptionalLong.empty(),
        Optional.empty());
  }

  /// The seconds of freshness that are left at `now`, negative once stale (RFC 9211 §2.4).
  public static long ttlSeconds(StoredHead stored, Instant now) {
    return Duration.between(now, stored.freshUntil()).toSeconds();
  }

  /// With what the target answered.
  public CacheStatus withTargetStatus(int status) {
    return new CacheStatus(reason, OptionalInt.of(status), stored, collapsed, ttlSeconds, detail);
  }

  /// Out of a fetch that another request began.
  public CacheStatus asCollapsed() {
    return new CacheStatus(reason, targetStatus, stored, Fetching.COLLAPSED, ttlSeconds, detail);
  }

  /// With what became of storing: `stored` with its ttl, and the source of a lifetime that is a
  /// guess; or why it was not.
  public CacheStatus withDecision(StoreDecision decision, Instant now) {
    return switch (decision) {
      case StoreDecision.Store store ->
          new CacheStatus(
              reason,
              targetStatus,
              Storing.STORED,
              collapsed,
              OptionalLong.of(ttlSeconds(store.head(), now)),
              Optional.of(store.head().lifetime().source())
                  .filter(source -> source == LifetimeSource.HEURISTIC)
                  .map(LifetimeSource::word));
      case StoreDecision.Skip(SkipReason why) ->
          new CacheStatus(
              reason,
              targetStatus,
              Storing.NOT_STORED,
              collapsed,
              ttlSeconds,
              Optional.of(why.word()));
    };
  }

  /// These fields with this member after those of caches nearer to the target (RFC 9211 §2).
  public Headers appendedTo(Headers headers) {
    return headers.adding(FIELD, toString());
  }

  /// The member as a structured field.
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder(64).append(NAME);
    reason.ifPresentOrElse(
        why -> out.append("; fwd=").append(why.word()), () -> out.append("; hit"));
    targetStatus.ifPresent(status -> out.append("; fwd-status=").append(status));
    out.append(stored == Storing.STORED ? "; stored" : "");
    out.append(collapsed == Fetching.COLLAPSED ? "; collapsed" : "");
    ttlSeconds.ifPresent(seconds -> out.append("; ttl=").append(seconds));
    detail.ifPresent(word -> StructuredField.appendTokenOrString(out.append("; detail="), word));
    return out.toString();
  }
}
