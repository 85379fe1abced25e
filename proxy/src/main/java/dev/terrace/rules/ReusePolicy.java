package dev.terrace.rules;

import dev.terrace.http.Headers;
import dev.terrace.http.RequestHead;
import dev.terrace.rules.CacheControl.Directive;
import dev.terrace.rules.Lifetime.Limit;
import dev.terrace.rules.ReuseDecision.OnFailure;
import dev.terrace.rules.ReuseDecision.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Whether a stored response answers a request (RFC 9111 §4, §5.2.1, RFC 5861, RFC 8246). Decides
/// on the event loop at every hit: an entry that is fresh and a request without directives cost a
/// few comparisons. Immutable; safe for use by any thread.
public final class ReusePolicy {
  /// What `--client-cache-control` says.
  public enum ClientCacheControl {
    HONOUR,
    /// What would force a request to the target is ignored: no-cache, max-age, min-fresh and
    /// Pragma.
    IGNORE
  }

  /// How a suspect is confirmed.
  public enum Suspects {
    /// By its validators.
    REVALIDATE,
    /// By the whole answer, from targets that keep an ETag over changed bytes.
    REFETCH
  }

  /// What a suspect is worth where the target fails while purges of others cannot be heard of.
  /// While they are, it is worth nothing: who purged was told that it is bound.
  public enum FailingTarget {
    NOTHING,
    /// As much as any other entry.
    ANSWER
  }

  /// @param clientCacheControl whether clients may demand validation
  /// @param staleIfUnreachable past an entry's life
  /// @param suspects how they are confirmed
  /// @param failingTarget what they are worth then
  public record Settings(
      ClientCacheControl clientCacheControl,
      Duration staleIfUnreachable,
      Suspects suspects,
      FailingTarget failingTarget) {}

  /// What the purge tables say of the entry.
  public enum Judgement {
    CURRENT,
    /// Below a soft purge: stale.
    SOFT_PURGED,
    /// May not be used before the target confirms it.
    SUSPECT,
    /// The same while purges of others cannot be heard of.
    SUSPECT_APART;

    /// Whether it may not be used before the target confirms it.
    public boolean isSuspect() {
      return this == SUSPECT || this == SUSPECT_APART;
    }
  }

  /// How the target failed.
  public enum Failure {
    /// Not reached, broken off before the head, or past a deadline.
    UNREACHABLE,
    /// It answered 500, 502, 503 or 504.
    SERVER_ERROR;

    /// What an answer of this status is, if it is a failure that stale-if-error covers.
    public static Optional<Failure> of(int status) {
      return Statuses.isTargetFailure(status) ? Optional.of(SERVER_ERROR) : Optional.empty();
    }
  }

  private static final int GATEWAY_TIMEOUT = 504;

  private final Settings settings;

  public ReusePolicy(Settings settings) {
    this.settings = settings;
  }

  /// With something stored that the request selects. A stored part is as nothing to a request that
  /// asks for more than it holds (RFC 9111 §3.3).
  public ReuseDecision decide(
      Instant now,
      RequestHead request,
      Optional<Rule> governing,
      StoredHead stored,
      Judgement judgement) {
    boolean isPart = PartialContent.isPart(stored.response());
    if (isPart && PartialContent.slice(now, request, stored.response()).isEmpty()) {
      return decideMiss(request, MissReason.PARTIAL);
    }
    Headers headers = request.headers();
    boolean fresh = judgement == Judgement.CURRENT && stored.isFresh(now);
    if (!headers.contains("Cache-Control") && !headers.contains("Pragma")) {
      return fresh
          ? new ReuseDecision.Serve(stored.age(now), State.FRESH)
          : decideStale(now, Demands.NONE, stored, judgement);
    }
    Demands demands = Demands.of(headers, settings.clientCacheControl());
    ReuseDecision decision;
    if (!judgement.isSuspect() && demands.refuse(now, stored)) {
      decision = validate(now, demands, MissReason.REQUEST, stored, judgement);
    } else if (fresh) {
      decision = new ReuseDecision.Serve(stored.age(now), State.FRESH);
    } else {
      decision = decideStale(now, demands, stored, judgement);
    }
    return decision instanceof ReuseDecision.Serve || !demands.isOnlyIfCached()
        ? decision
        : new ReuseDecision.Refuse(GATEWAY_TIMEOUT);
  }

  /// With nothing stored: Fetch, or Refuse for only-if-cached.
  public ReuseDecision decideMiss(RequestHead request, MissReason reason) {
    return CacheControl.of(request.headers(), "Cache-Control").has(Directive.ONLY_IF_CACHED)
        ? new ReuseDecision.Refuse(GATEWAY_TIMEOUT)
        : new ReuseDecision.Fetch(reason);
  }

  /// Whether the client wants nothing that the target said before it asked: no-cache, or max-age=0
  /// (RFC 9111 §5.2.1). An answer that another request fetches is for it only if that was sent
  /// later.
  public boolean demandsValidation(RequestHead request) {
    return Demands.of(request.headers(), settings.clientCacheControl()).wantLaterAnswer();
  }

  /// Whether the entry may answer now that the target failed (RFC 5861 §4, http.md 17).
  public boolean mayAnswer(
      Instant now, RequestHead request, StoredHead stored, Judgement judgement, Failure failure) {
    OnFailure allowed =
        onFailure(
            now, Demands.of(request.headers(), settings.clientCacheControl()), stored, judgement);
    return switch (failure) {
      case UNREACHABLE -> allowed != OnFailure.PASS_ON;
      case SERVER_ERROR -> allowed == OnFailure.STALE_IF_ERROR;
    };
  }

  /// Whether an error of the target is not to replace this entry, because it may still answer
  /// requests in place of errors (http.md 3).
  ///
  /// @param status of the answer that would be stored
  public boolean outlives(Instant now, StoredHead stored, Judgement judgement, int status) {
    return status >= 500 && onFailure(now, Demands.NONE, stored, judgement) != OnFailure.PASS_ON;
  }

  private ReuseDecision decideStale(
      Instant now, Demands demands, StoredHead stored, Judgement judgement) {
    Lifetime lifetime = stored.lifetime();
    if (judgement.isSuspect()
        || lifetime.has(Limit.VALIDATE_ALWAYS)
        || lifetime.has(Limit.NEVER_STALE)) {
      return validate(now, demands, MissReason.STALE, stored, judgement);
    }
    if (demands.acceptStale(now, stored, judgement)) {
      return new ReuseDecision.Serve(stored.age(now), State.STALE);
    }
    // A refresh in the background is for everyone: it would fetch the whole to confirm a part.
    if (!demands.excludeStale()
        && !PartialContent.isPart(stored.response())
        && isWithin(now, stored, lifetime.staleWhileRevalidate())) {
      return new ReuseDecision.Serve(stored.age(now), State.STALE_REFRESH);
    }
    return validate(now, demands, MissReason.STALE, stored, judgement);
  }

  private ReuseDecision validate(
      Instant now, Demands demands, MissReason reason, StoredHead stored, Judgement judgement) {
    Headers conditions =
        judgement.isSuspect() && settings.suspects() == Suspects.REFETCH
            ? Headers.EMPTY
            : Conditions.validating(stored.response());
    OnFailure onFailure = onFailure(now, demands, stored, judgement);
    return conditions.isEmpty() && onFailure == OnFailure.PASS_ON
        ? new ReuseDecision.Fetch(reason)
        : new ReuseDecision.Validate(conditions, reason, onFailure);
  }

  private OnFailure onFailure(
      Instant now, Demands demands, StoredHead stored, Judgement judgement) {
    Lifetime lifetime = stored.lifetime();
    boolean isWorthless =
        judgement == Judgement.SUSPECT
            || (judgement == Judgement.SUSPECT_APART
                && settings.failingTarget() == FailingTarget.NOTHING);
    if (isWorthless
        || demands.isValidation()
        || lifetime.has(Limit.VALIDATE_ALWAYS)
        || (lifetime.has(Limit.NEVER_STALE) && !isCurrentlyFresh(now, stored, judgement))) {
      return OnFailure.PASS_ON;
    }
    if (isWithin(now, stored, lifetime.staleIfError())
        || isWithin(now, stored, demands.staleIfError())) {
      return OnFailure.STALE_IF_ERROR;
    }
    return isWithin(now, stored, settings.staleIfUnreachable())
        ? OnFailure.STALE_IF_UNREACHABLE
        : OnFailure.PASS_ON;
  }

  private static boolean isCurrentlyFresh(Instant now, StoredHead stored, Judgement judgement) {
    return judgement == Judgement.CURRENT && stored.isFresh(now);
  }

  /// Whether there is such a window and freshness ended no longer ago, if at all.
  private static boolean isWithin(Instant now, StoredHead stored, Duration window) {
    return window.isPositive() && now.isBefore(stored.freshUntil().plus(window));
  }
}
