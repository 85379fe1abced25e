package dev.terrace.rules;

import dev.terrace.http.Headers;
import dev.terrace.rules.CacheControl.Directive;
import dev.terrace.rules.Lifetime.Limit;
import dev.terrace.rules.ReusePolicy.ClientCacheControl;
import dev.terrace.rules.ReusePolicy.Judgement;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/// What a client's directives demand of a stored response (RFC 9111 §5.2.1, §5.4).
///
/// @param control the directives of the request
/// @param mode whether those count that would force a request to the target
record Demands(CacheControl control, ClientCacheControl mode) {
  static final Demands NONE = new Demands(CacheControl.NONE, ClientCacheControl.HONOUR);

  private static final CacheControl NO_CACHE =
      CacheControl.of(Headers.of("Cache-Control", "no-cache"), "Cache-Control");

  /// Of these fields; Pragma: no-cache counts only without Cache-Control.
  static Demands of(Headers request, ClientCacheControl mode) {
    if (request.contains("Cache-Control")) {
      return new Demands(CacheControl.of(request, "Cache-Control"), mode);
    }
    boolean pragma = CacheControl.of(request, "Pragma").has(Directive.NO_CACHE);
    return pragma ? new Demands(NO_CACHE, mode) : NONE;
  }

  boolean isOnlyIfCached() {
    return control.has(Directive.ONLY_IF_CACHED);
  }

  /// Whether nothing may answer before the target confirms it.
  boolean isValidation() {
    return mode == ClientCacheControl.HONOUR
        && (control.has(Directive.NO_CACHE) || !control.noCacheFields().isEmpty());
  }

  /// Whether nothing will do that the target said before the client asked.
  boolean wantLaterAnswer() {
    return isValidation()
        || (mode == ClientCacheControl.HONOUR
            && control.seconds(Directive.MAX_AGE).orElse(Long.MAX_VALUE) == 0);
  }

  /// Whether the client does not want what is stored, however fresh.
  boolean refuse(Instant now, StoredHead stored) {
    if (mode == ClientCacheControl.IGNORE) {
      return false;
    }
    OptionalLong minFresh = control.seconds(Directive.MIN_FRESH);
    boolean endsTooSoon =
        minFresh.isPresent() && now.plusSeconds(minFresh.getAsLong()).isAfter(stored.freshUntil());
    return isValidation() || endsTooSoon || isTooOld(now, stored);
  }

  private boolean isTooOld(Instant now, StoredHead stored) {
    OptionalLong maxAge = control.seconds(Directive.MAX_AGE);
    if (maxAge.isEmpty()) {
      return false;
    }
    // RFC 8246 §2: a reload, max-age=0, need not be passed on.
    boolean needlessReload =
        maxAge.getAsLong() == 0 && stored.lifetime().has(Limit.IMMUTABLE) && stored.isFresh(now);
    return !needlessReload && stored.age(now).compareTo(Duration.ofSeconds(maxAge.getAsLong())) > 0;
  }

  /// Whether max-stale takes what is stale. How stale a soft purge makes an entry is unknown, so
  /// that only a max-stale without bound takes it.
  boolean acceptStale(Instant now, StoredHead stored, Judgement judgement) {
    long seconds = control.seconds(Directive.MAX_STALE).orElse(-1);
    return seconds == Long.MAX_VALUE
        || (seconds >= 0
            && judgement == Judgement.CURRENT
            && !now.isAfter(stored.freshUntil().plusSeconds(seconds)));
  }

  /// A client that names a max-age but no max-stale wants nothing stale (RFC 9111 §5.2.1.1).
  boolean excludeStale() {
    return mode == ClientCacheControl.HONOUR && control.has(Directive.MAX_AGE);
  }

  /// How stale an answer may be where the target fails, as far as the client is concerned (RFC 5861
  /// §4).
  Duration staleIfError() {
    return Duration.ofSeconds(control.seconds(Directive.STALE_IF_ERROR).orElse(0));
  }
}
