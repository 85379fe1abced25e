package dev.terrace.rules;

import dev.terrace.http.Headers;
import dev.terrace.http.RequestHead;
import dev.terrace.http.ResponseHead;
import dev.terrace.rules.CacheControl.Directive;
import dev.terrace.rules.Rule.Gate;
import dev.terrace.rules.Rule.Identity;
import dev.terrace.rules.Rule.Identity.Source;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// The safety gate of one exchange (`product.md` 4): who asked and what the target said about
/// sharing the answer, before any lifetime is looked at. Remembers which gates the rule lifted.
final class StoreGate {
  private final Optional<Rule> governing;
  private final Headers request;
  private final Set<Gate> lifted = EnumSet.noneOf(Gate.class);

  StoreGate(Optional<Rule> governing, RequestHead received) {
    this.governing = governing;
    this.request = received.headers();
  }

  /// The gates that would have refused, but for the rule.
  Set<Gate> lifted() {
    return lifted;
  }

  /// Why the answer may not be stored whatever its lifetime.
  ///
  /// @param stated the lifetime that the response states itself
  Optional<SkipReason> refusal(
      ResponseHead response,
      ResponseDirectives directives,
      Optional<StatedLifetime> stated,
      StorePolicy.SetCookie setCookie) {
    boolean understood = Statuses.isUnderstood(response.status());
    boolean mustUnderstand = directives.has(Directive.MUST_UNDERSTAND);
    if (mustUnderstand && !understood) {
      return Optional.of(SkipReason.STATUS);
    }
    if (CacheControl.of(request, "Cache-Control").has(Directive.NO_STORE)) {
      return Optional.of(SkipReason.REQUEST_NO_STORE);
    }
    if (directives.has(Directive.NO_STORE) && !mustUnderstand && closed(Gate.NO_STORE)) {
      return Optional.of(SkipReason.NO_STORE);
    }
    if (directives.has(Directive.PRIVATE) && closed(Gate.PRIVATE)) {
      return Optional.of(SkipReason.PRIVATE);
    }
    if (request.contains("Authorization")
        && !directives.control().isForAllUsers()
        && closed(Gate.AUTHORIZATION)) {
      return Optional.of(SkipReason.AUTHORIZATION);
    }
    if (response.headers().contains("Set-Cookie")
        && !(setCookie == StorePolicy.SetCookie.EXPLICIT && isForAnyone(stated))
        && closed(Gate.SET_COOKIE)) {
      return Optional.of(SkipReason.SET_COOKIE);
    }
    return Optional.empty();
  }

  /// Why it may not be stored under this lifetime: a guess of ours about an answer to someone with
  /// cookies (http.md 5).
  Optional<SkipReason> refusal(Lifetime lifetime, Optional<StatedLifetime> stated) {
    boolean ours =
        switch (lifetime.source()) {
          case RULE, CACHE_TTL, HEURISTIC -> true;
          case OVERRIDE -> !isPositive(stated);
          case TARGETED, S_MAXAGE, MAX_AGE, EXPIRES, NONE -> false;
        };
    return ours && request.contains("Cookie") && closed(Gate.COOKIE)
        ? Optional.of(SkipReason.COOKIE)
        : Optional.empty();
  }

  /// RFC 9111 §7.3 as http.md 4 takes it.
  private boolean isForAnyone(Optional<StatedLifetime> stated) {
    return isPositive(stated) && !request.contains("Cookie") && !request.contains("Authorization");
  }

  private static boolean isPositive(Optional<StatedLifetime> stated) {
    return stated.filter(lifetime -> lifetime.freshness().isPositive()).isPresent();
  }

  /// Whether a gate that would refuse does: the rule does not lift it.
  private boolean closed(Gate gate) {
    boolean lifts = governing.filter(rule -> lifts(rule, gate)).isPresent();
    if (lifts) {
      lifted.add(gate);
    }
    return !lifts;
  }

  /// Whether the rule lifts the gate for this request. That `ignore` is backed by an identity or
  /// `shared` is the rule's own validity; an identity by itself lifts the gate of the credential
  /// that it names (`product.md` 3).
  private boolean lifts(Rule rule, Gate gate) {
    if (rule.ignore().contains(gate)) {
      return true;
    }
    return switch (gate) {
      case NO_STORE, PRIVATE, SET_COOKIE -> false;
      case AUTHORIZATION ->
          rule.identity().filter(identity -> isHeader(identity, "Authorization")).isPresent();
      case COOKIE -> rule.identity().filter(this::isEveryCookie).isPresent();
    };
  }

  /// Whether the request has no other cookie than the one that makes the key.
  private boolean isEveryCookie(Identity identity) {
    if (identity.source() == Source.HEADER) {
      return isHeader(identity, "Cookie");
    }
    for (String line : request.all("Cookie")) {
      for (String pair : line.split(";", -1)) {
        if (!pair.strip().startsWith(identity.name() + "=")) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isHeader(Identity identity, String name) {
    return identity.source() == Source.HEADER && identity.name().equalsIgnoreCase(name);
  }
}
