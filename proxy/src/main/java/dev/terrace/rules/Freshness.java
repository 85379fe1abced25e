package dev.terrace.rules;

import dev.terrace.http.Headers;
import dev.terrace.http.HttpDate;
import dev.terrace.http.ResponseHead;
import dev.terrace.rules.CacheControl.Directive;
import dev.terrace.rules.Lifetime.Limit;
import dev.terrace.rules.Rule.TtlMode;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// How long a response may answer: what it states itself, what the operator adds, what its
/// Last-Modified suggests (RFC 9111 §4.2.1, §4.2.2, `product.md` 4, http.md 5 to 8).
final class Freshness {
  private static final double MOST_HEURISTIC_SECONDS = 86_400;
  private static final Duration LONGEST_ERROR = Duration.ofSeconds(10);

  private final Duration cacheTtl;
  private final double heuristicFraction;

  /// @param cacheTtl zero: unset
  /// @param heuristicFraction of the time since Last-Modified; zero: no heuristic
  Freshness(Duration cacheTtl, double heuristicFraction) {
    this.cacheTtl = cacheTtl;
    this.heuristicFraction = heuristicFraction;
  }

  /// Whether the request is one whose answer may be kept on a guess.
  enum Guess {
    ALLOWED,
    FORBIDDEN
  }

  /// @param stated what the response states itself
  Lifetime decide(
      Optional<Rule> governing,
      ResponseHead response,
      ResponseDirectives directives,
      Optional<StatedLifetime> stated,
      Instant receivedAt,
      Guess guess) {
    Optional<Duration> ruleTtl = ruleTtl(governing, response.status());
    boolean overridden = ruleTtl.isPresent() && mode(governing) == TtlMode.OVERRIDE;
    StatedLifetime base;
    if (overridden) {
      base = new StatedLifetime(ruleTtl.get(), LifetimeSource.OVERRIDE);
    } else if (stated.isPresent()) {
      base = stated.get();
    } else if (directives.has(Directive.NO_CACHE)) {
      base = new StatedLifetime(Duration.ZERO, LifetimeSource.NONE);
    } else {
      base = supplied(ruleTtl, governing, response, directives, receivedAt, guess);
    }
    return new Lifetime(
        capped(base.freshness(), governing),
        base.source(),
        window(
            governing.map(Rule::staleWhileRevalidate),
            directives,
            Directive.STALE_WHILE_REVALIDATE),
        window(governing.map(Rule::staleIfError), directives, Directive.STALE_IF_ERROR),
        limits(directives, overridden));
  }

  /// Where the response states nothing: a rule, then CACHE_TTL, then the heuristic, else nothing.
  private StatedLifetime supplied(
      Optional<Duration> ruleTtl,
      Optional<Rule> governing,
      ResponseHead response,
      ResponseDirectives directives,
      Instant receivedAt,
      Guess guess) {
    if (ruleTtl.isPresent() && mode(governing) == TtlMode.DEFAULT) {
      return new StatedLifetime(ruleTtl.get(), LifetimeSource.RULE);
    }
    if (cacheTtl.isPositive() && Statuses.takesOperatorsTtl(response.status())) {
      return new StatedLifetime(cacheTtl, LifetimeSource.CACHE_TTL);
    }
    if (guess == Guess.ALLOWED && allowsHeuristic(response, directives, receivedAt)) {
      return heuristic(response.headers(), receivedAt)
          .map(freshness -> new StatedLifetime(freshness, LifetimeSource.HEURISTIC))
          .orElseGet(() -> new StatedLifetime(Duration.ZERO, LifetimeSource.NONE));
    }
    return new StatedLifetime(Duration.ZERO, LifetimeSource.NONE);
  }

  /// The rule's ttl where it applies to this status (http.md 7).
  private static Optional<Duration> ruleTtl(Optional<Rule> governing, int status) {
    Optional<Duration> ttl = governing.flatMap(Rule::ttl);
    if (Statuses.takesOperatorsTtl(status)) {
      return ttl;
    }
    boolean named = governing.filter(rule -> rule.statusCodes().contains(status)).isPresent();
    if (!named || status < 400) {
      return Optional.empty();
    }
    return Statuses.isShortLivedError(status) ? ttl.map(Freshness::cappedForError) : ttl;
  }

  private static Duration cappedForError(Duration ttl) {
    return ttl.compareTo(LONGEST_ERROR) > 0 ? LONGEST_ERROR : ttl;
  }

  /// With `ttlMode: max` the rule's ttl bounds every lifetime, whatever the status.
  private static Duration capped(Duration freshness, Optional<Rule> governing) {
    return governing
        .filter(rule -> rule.ttlMode() == TtlMode.MAX)
        .flatMap(Rule::ttl)
        .filter(cap -> cap.compareTo(freshness) < 0)
        .orElse(freshness);
  }

  private static boolean allowsHeuristic(
      ResponseHead response, ResponseDirectives directives, Instant receivedAt) {
    Headers headers = response.headers();
    boolean pastExpires =
        StatedLifetime.expires(headers, receivedAt).filter(Duration::isZero).isPresent();
    boolean cacheable =
        Statuses.isHeuristicallyCacheable(response.status()) || directives.has(Directive.PUBLIC);
    return cacheable && !pastExpires && !headers.contains("Set-Cookie");
  }

  /// A part of Date − Last-Modified, at most a day.
  private Optional<Duration> heuristic(Headers response, Instant receivedAt) {
    Instant date = Age.date(response, receivedAt).orElse(receivedAt);
    return response
        .first("Last-Modified")
        .flatMap(line -> HttpDate.parse(line, receivedAt))
        .map(modified -> Duration.between(modified, date).toSeconds() * heuristicFraction)
        .map(
            seconds ->
                Duration.ofSeconds(
                    Math.round(Math.floor(Math.min(seconds, MOST_HEURISTIC_SECONDS)))))
        .filter(Duration::isPositive);
  }

  /// The rule's window where it gives one, else the response's.
  private static Duration window(
      Optional<Duration> rules, ResponseDirectives directives, Directive directive) {
    return rules
        .filter(Duration::isPositive)
        .orElseGet(() -> Duration.ofSeconds(directives.control().seconds(directive).orElse(0)));
  }

  /// An override beats no-cache and what s-maxage demands, but neither must-revalidate nor
  /// proxy-revalidate: these say what holds once the entry is stale.
  private static Set<Limit> limits(ResponseDirectives directives, boolean overridden) {
    EnumSet<Limit> limits = EnumSet.noneOf(Limit.class);
    if (directives.has(Directive.NO_CACHE) && !overridden) {
      limits.add(Limit.VALIDATE_ALWAYS);
    }
    if (directives.has(Directive.MUST_REVALIDATE)
        || directives.has(Directive.PROXY_REVALIDATE)
        || (directives.has(Directive.S_MAXAGE) && !overridden)) {
      limits.add(Limit.NEVER_STALE);
    }
    if (directives.has(Directive.IMMUTABLE)) {
      limits.add(Limit.IMMUTABLE);
    }
    return limits;
  }

  private static TtlMode mode(Optional<Rule> governing) {
    return governing.map(Rule::ttlMode).orElse(TtlMode.DEFAULT);
  }
}
