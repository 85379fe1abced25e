package dev.terrace.rules;

import dev.terrace.http.Digits;
import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import dev.terrace.rules.CacheControl.Directive;
import dev.terrace.rules.Freshness.Guess;
import dev.terrace.rules.Lifetime.Limit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One request with its answer, while [StorePolicy] decides on it.
final class StoreCase {
  /// A POST with one of these is something else to the target, so that its answer is never stored
  /// (`product.md` 2).
  private static final List<String> METHOD_OVERRIDES =
      List.of("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override");

  private final StorePolicy.Settings settings;
  private final Intake intake;
  private final Optional<Rule> governing;
  private final ResponseHead response;
  private final Instant requestedAt;
  private final Instant receivedAt;
  private final Instant bornAt;
  private final ResponseDirectives directives;
  private final Optional<StatedLifetime> stated;
  private final StoreGate gate;

  StoreCase(
      StorePolicy.Settings settings,
      Intake intake,
      Optional<Rule> governing,
      ResponseHead response,
      Instant requestedAt,
      Instant receivedAt) {
    this.settings = settings;
    this.intake = intake;
    this.governing = governing;
    this.response = response;
    this.requestedAt = requestedAt;
    this.receivedAt = receivedAt;
    this.bornAt = Age.bornAt(response.headers(), requestedAt, receivedAt);
    this.directives = ResponseDirectives.of(response.headers());
    this.stated = StatedLifetime.of(response.headers(), directives, receivedAt);
    this.gate = new StoreGate(governing, intake.received());
  }

  StoreDecision decide() {
    Optional<SkipReason> refusal =
        exchangeRefusal()
            .or(() -> gate.refusal(response, directives, stated, settings.setCookie()))
            .or(this::ruleRefusal);
    if (refusal.isPresent()) {
      return new StoreDecision.Skip(refusal.get());
    }
    Headers request = intake.received().headers();
    boolean guessable = method().equals("GET") && !request.contains("Authorization");
    Lifetime lifetime = lifetime(guessable ? Guess.ALLOWED : Guess.FORBIDDEN);
    Optional<SkipReason> refusedForCookie = gate.refusal(lifetime, stated);
    if (refusedForCookie.isPresent()) {
      return new StoreDecision.Skip(refusedForCookie.get());
    }
    // Where a rule lifts the gate for cookies, a guess is not what it lifts it for.
    return store(
        lifetime.source() == LifetimeSource.HEURISTIC && request.contains("Cookie")
            ? lifetime(Guess.FORBIDDEN)
            : lifetime);
  }

  /// What no cache stores: by method and status (RFC 9111 §3).
  private Optional<SkipReason> exchangeRefusal() {
    if (!isStorable(method())) {
      return Optional.of(SkipReason.METHOD);
    }
    boolean wrongStatus =
        Statuses.isNeverStored(response.status())
            || (!method().equals("GET") && response.status() != 200);
    return wrongStatus ? Optional.of(SkipReason.STATUS) : Optional.empty();
  }

  /// HEAD creates nothing (http.md 16), and no method but these has an answer that could stand for
  /// the next one.
  private boolean isStorable(String method) {
    boolean named =
        governing
            .map(Rule::methods)
            .filter(methods -> !methods.isEmpty())
            .orElse(settings.cacheableMethods())
            .contains(method);
    return switch (method) {
      case "GET", "QUERY" -> named;
      case "POST" ->
          named && METHOD_OVERRIDES.stream().noneMatch(intake.received().headers()::contains);
      default -> false;
    };
  }

  private Optional<SkipReason> ruleRefusal() {
    if (governing.flatMap(Rule::ttl).filter(Duration::isZero).isPresent()) {
      return Optional.of(SkipReason.TTL_ZERO);
    }
    boolean unnamed =
        governing
            .map(Rule::statusCodes)
            .filter(codes -> !codes.isEmpty() && !codes.contains(response.status()))
            .isPresent();
    if (unnamed) {
      return Optional.of(SkipReason.RULE_STATUS);
    }
    long bytes = Digits.parse(response.headers().firstOr("Content-Length", ""));
    return bytes >= 0 && !StorePolicy.acceptsSize(governing, bytes)
        ? Optional.of(SkipReason.RULE_SIZE)
        : Optional.empty();
  }

  /// Cut to the longest life of any entry, which counts from when the fetch began.
  private Lifetime lifetime(Guess guess) {
    Lifetime decided =
        new Freshness(settings.cacheTtl(), settings.heuristicFraction())
            .decide(governing, response, directives, stated, receivedAt, guess);
    Duration most = Duration.between(bornAt, requestedAt.plus(settings.maxLife()));
    return decided.freshness().compareTo(most) > 0
        ? decided.withFreshness(most.isNegative() ? Duration.ZERO : most)
        : decided;
  }

  private StoreDecision store(Lifetime lifetime) {
    Optional<List<String>> vary = VaryNames.of(intake.received().headers(), response.headers());
    Optional<Set<String>> tags =
        EntryTags.of(intake.forwardedHost(), response.headers(), governing, settings.bounds());
    StoredHead head =
        new StoredHead(
            response.withHeaders(
                StoredFields.of(
                    response.headers(),
                    directives.control().noCacheFields(),
                    governing,
                    receivedAt)),
            requestedAt,
            receivedAt,
            bornAt,
            lifetime);
    if (vary.isEmpty()) {
      return new StoreDecision.Skip(SkipReason.VARY_STAR);
    }
    if (tags.isEmpty()) {
      return new StoreDecision.Skip(SkipReason.TOO_MANY_TAGS);
    }
    if (vary.get().size() > settings.bounds().varyNames()
        || head.response().headers().all("Set-Cookie").size() > settings.bounds().setCookies()) {
      return new StoreDecision.Skip(SkipReason.TOO_MANY_FIELDS);
    }
    if (!canEverAnswer(head)) {
      return new StoreDecision.Skip(SkipReason.NO_LIFETIME);
    }
    String digest = gate.lifted().isEmpty() ? "" : StorePolicy.gateDigest(governing);
    return new StoreDecision.Store(head, vary.get(), tags.get(), digest);
  }

  /// Whether storing it can ever spare the target an answer: while it is fresh, within a stale
  /// window that it states, or after validation. Without a lifetime the status must be cacheable by
  /// itself (RFC 9111 §3).
  private boolean canEverAnswer(StoredHead head) {
    Lifetime lifetime = head.lifetime();
    if (lifetime.source() == LifetimeSource.NONE) {
      boolean cacheable =
          Statuses.isHeuristicallyCacheable(response.status()) || directives.has(Directive.PUBLIC);
      return cacheable && !method().equals("POST") && head.hasValidator();
    }
    if (head.hasValidator()) {
      return true;
    }
    if (lifetime.has(Limit.VALIDATE_ALWAYS)) {
      return false;
    }
    boolean window =
        lifetime.staleWhileRevalidate().isPositive() || lifetime.staleIfError().isPositive();
    return head.freshUntil().isAfter(receivedAt) || (window && !lifetime.has(Limit.NEVER_STALE));
  }

  private String method() {
    return intake.request().method();
  }
}
