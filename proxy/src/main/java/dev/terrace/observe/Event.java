package dev.terrace.observe;

import dev.terrace.http.HttpVersion;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.MissReason;
import dev.terrace.rules.SkipReason;
import java.util.List;
import java.util.Optional;

/// What happened, once, where it happened. Metrics, access log and live view are all read from
/// these. No event carries a URL or a credential but [Answered], whose target is masked already.
public sealed interface Event {
  /// A request was answered to its last byte, or broken off.
  ///
  /// @param peer address of the client's connection
  /// @param method of the request
  /// @param maskedUrl authority and target, credentials masked
  /// @param version in which it was asked
  /// @param status sent
  /// @param bytes of body sent
  /// @param outcome how it was answered
  /// @param layer that answered, for a hit
  /// @param reason why it went to the target, where it did
  /// @param rule label of the governing rule; empty if none
  /// @param keyDigest empty where there was no key
  /// @param ageSeconds as sent; -1 if none was
  /// @param ttlSeconds left; -1 if unknown
  /// @param durationNanos from the request's head to the answer's last byte
  /// @param targetNanos of which the target took; -1 if it was not asked
  /// @param traceId of the trace that the request belongs to; empty if it was never read
  record Answered(
      String peer,
      String method,
      String maskedUrl,
      HttpVersion version,
      int status,
      long bytes,
      Outcome outcome,
      Optional<LayerName> layer,
      Optional<MissReason> reason,
      String rule,
      String keyDigest,
      long ageSeconds,
      long ttlSeconds,
      long durationNanos,
      long targetNanos,
      String traceId)
      implements Event {}

  /// An answer of the target was not stored.
  record NotStored(SkipReason reason, String rule) implements Event {}

  /// A layer was asked.
  record LookedUp(LayerName layer, LookupResult result, long durationNanos) implements Event {}

  /// A layer failed; the request went on without it.
  record LayerFailed(LayerName layer, String message) implements Event {}

  /// The target answered, or did not.
  record TargetAsked(TargetResult result, long durationNanos) implements Event {}

  /// A fetch began.
  record FetchBegan() implements Event {}

  /// A fetch ended.
  record FetchEnded() implements Event {}

  /// A request joined a fetch that another began.
  record FetchFollowed() implements Event {}

  /// A purge was accepted here. One that covers several kinds of scope is an event for each kind.
  ///
  /// @param scope one of [#SCOPES]
  /// @param mode one of [#MODES]
  record Purged(String scope, String mode) implements Event {
    static final List<String> SCOPES = List.of("everything", "url", "tag", "prefix", "pattern");
    static final List<String> MODES = List.of("hard", "soft");

    public Purged {
      if (!SCOPES.contains(scope) || !MODES.contains(mode)) {
        throw new IllegalArgumentException(
            "expected one of " + SCOPES + " and " + MODES + ", got " + scope + " and " + mode);
      }
    }
  }

  /// A purge accepted here is applied by every other instance.
  record PurgePropagated(long durationNanos) implements Event {}

  /// The connections to a node of Redis are there.
  record RedisConnected() implements Event {}

  /// Those to a node of Redis were there, and are lost.
  record RedisLost() implements Event {}

  /// What a lookup in a layer found.
  enum LookupResult {
    HIT,
    MISS,
    ERROR
  }

  /// What asking the target came to.
  enum TargetResult {
    ANSWERED,
    UNREACHABLE,
    TIMED_OUT,
    MALFORMED,
    BROKEN_OFF
  }
}
