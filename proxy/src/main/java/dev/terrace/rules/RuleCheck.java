package dev.terrace.rules;

import dev.terrace.http.HopByHop;
import dev.terrace.http.RequestCheck;
import dev.terrace.rules.Rule.Gate;
import dev.terrace.rules.Rule.Identity;
import dev.terrace.rules.Rule.TtlMode;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What makes a rule valid (`product.md` 3). Every failure is an [IllegalArgumentException] that
/// says which field has which value, and what is allowed.
final class RuleCheck {
  /// Methods whose answers are no representation to keep, or that change something.
  private static final Set<String> NEVER_CACHEABLE =
      Set.of("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PURGE");

  /// security.md S14.
  private static final int MOST_TAGS = 128;

  private static final int MOST_TAG_CHARACTERS = 256;

  private RuleCheck() {}

  static void check(
      Set<String> methods,
      Optional<Duration> ttl,
      TtlMode ttlMode,
      Set<Integer> statusCodes,
      long minBytes,
      long maxBytes,
      Set<String> tags) {
    for (String method : methods) {
      if (!isCacheable(method)) {
        throw wrong("methods", method, "cacheable methods in capitals, such as GET, POST or QUERY");
      }
    }
    if (ttl.isPresent() && ttl.get().isNegative()) {
      throw wrong("ttl", ttl.get(), "zero or more");
    }
    if (ttlMode != TtlMode.DEFAULT && ttl.isEmpty()) {
      throw wrong("ttlMode", word(ttlMode), "a ttl beside it");
    }
    for (int status : statusCodes) {
      if (status < 200 || status > 599) {
        throw wrong("conditions.statusCodes", status, "200 to 599");
      }
    }
    if (minBytes < 0 || maxBytes < minBytes) {
      throw wrong(
          "conditions.minSize and maxSize",
          minBytes + " and " + maxBytes,
          "0 <= minSize <= maxSize");
    }
    checkTags(tags);
  }

  /// Whether a rule or `--cacheable-methods` may name the method.
  static boolean isCacheable(String method) {
    return !method.isEmpty()
        && !NEVER_CACHEABLE.contains(method)
        && method.chars().allMatch(c -> (c >= 'A' && c <= 'Z') || c == '-' || c == '_');
  }

  private static void checkTags(Set<String> tags) {
    if (tags.size() > MOST_TAGS) {
      throw wrong("tags", tags.size() + " of them", MOST_TAGS + " at most");
    }
    for (String tag : tags) {
      if (tag.isEmpty()
          || tag.length() > MOST_TAG_CHARACTERS
          || tag.chars().anyMatch(c -> c <= ' ' || c == ',' || c > 0x7e)) {
        throw wrong(
            "tags", tag, "1 to " + MOST_TAG_CHARACTERS + " visible characters without commas");
      }
    }
  }

  static void checkNames(
      Collection<String> conditions, List<String> keyHeaders, Optional<Identity> identity) {
    conditions.forEach(name -> checkName("conditions.headers", name));
    keyHeaders.forEach(name -> checkName("keyHeaders", name));
    identity.ifPresent(
        by -> {
          if (by.source() == Identity.Source.HEADER) {
            checkName("identity", by.name());
          } else if (by.name().isEmpty()
              || by.name().chars().anyMatch(c -> ";=, \t\"".indexOf(c) >= 0)) {
            throw wrong("identity", "cookie:" + by.name(), "the name of a cookie");
          }
        });
  }

  private static void checkName(String field, String name) {
    if (!RequestCheck.isToken(name)) {
      throw wrong(field, name, "the name of a request field");
    }
    if (name.equalsIgnoreCase("Host")) {
      throw wrong(field, name, "other fields; a pattern names the host, and keys have it already");
    }
    if (HopByHop.isHopByHop(name)) {
      throw wrong(field, name, "fields that reach the target, which this one never does");
    }
  }

  static void checkStaleness(Duration staleWhileRevalidate, Duration staleIfError) {
    if (staleWhileRevalidate.isNegative()) {
      throw wrong("staleWhileRevalidate", staleWhileRevalidate, "zero or more");
    }
    if (staleIfError.isNegative()) {
      throw wrong("staleIfError", staleIfError, "zero or more");
    }
  }

  /// A lifted gate needs to know whose answer it is: one of an identity's, or everyone's.
  static void checkGates(Set<Gate> ignore, Optional<Identity> identity, boolean shared) {
    if (shared && identity.isPresent()) {
      throw wrong("shared", true, "either shared or identity");
    }
    for (Gate gate : ignore) {
      boolean owned =
          switch (gate) {
            case NO_STORE -> true;
            case PRIVATE, SET_COOKIE -> identity.isPresent();
            case COOKIE -> identity.filter(RuleCheck::namesCookie).isPresent();
            case AUTHORIZATION ->
                identity.filter(by -> namesField(by, "Authorization")).isPresent();
          };
      if (!owned && !shared) {
        String identities =
            switch (gate) {
              case COOKIE -> "identity cookie:NAME";
              case AUTHORIZATION -> "identity header:Authorization";
              case NO_STORE, PRIVATE, SET_COOKIE -> "an identity";
            };
        throw wrong("ignore", word(gate), identities + " or shared: true beside it");
      }
    }
  }

  private static boolean namesCookie(Identity identity) {
    return identity.source() == Identity.Source.COOKIE || namesField(identity, "Cookie");
  }

  private static boolean namesField(Identity identity, String field) {
    return identity.source() == Identity.Source.HEADER && identity.name().equalsIgnoreCase(field);
  }

  private static String word(Enum<?> value) {
    return String.join(
        "-",
        Stream.of(value.name().split("_", -1)).map(part -> part.toLowerCase(Locale.ROOT)).toList());
  }

  private static IllegalArgumentException wrong(String field, Object value, String allowed) {
    return new IllegalArgumentException(field + ": " + value + "; expected " + allowed);
  }
}
