package dev.terrace.rules;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// One rule of the operator (`product.md` 3), valid by construction.
///
/// @param label its name, else its index
/// @param pattern over scheme, host and path as forwarded, or, beginning with `/`, over the path
/// @param methods those it covers; empty: the cacheable methods. GET covers HEAD
/// @param ttl empty: the response's own; zero stores nothing
/// @param enabled false: matching requests bypass the cache
/// @param headerConditions request field name to glob over its value; `*` for any
/// @param statusCodes of the responses it stores; empty: any that may be
/// @param minBytes of the body, inclusive
/// @param maxBytes of the body, inclusive; [Long#MAX_VALUE] for no bound
/// @param ttlMode how `ttl` and the response's own lifetime combine
/// @param ignore the gates that it lifts
/// @param identity what keys an entry per user
/// @param shared one answer for everyone although a gate is lifted
/// @param keyHeaders added to the key
/// @param keyQuery which query parameters are kept
/// @param staleWhileRevalidate zero: the response's own
/// @param staleIfError zero: the response's own
/// @param tags added to what it stores
/// @param layers where it stores
public record Rule(
    String label,
    Pattern pattern,
    Set<String> methods,
    Optional<Duration> ttl,
    boolean enabled,
    Map<String, Glob> headerConditions,
    Set<Integer> statusCodes,
    long minBytes,
    long maxBytes,
    TtlMode ttlMode,
    Set<Gate> ignore,
    Optional<Identity> identity,
    boolean shared,
    List<String> keyHeaders,
    QueryFilter keyQuery,
    Duration staleWhileRevalidate,
    Duration staleIfError,
    Set<String> tags,
    Set<LayerName> layers) {

  /// The condition that any value meets.
  static final Glob ANY = Glob.of("*");

  /// @throws IllegalArgumentException naming the field, its value and what is allowed
  public Rule {
    methods = Set.copyOf(methods);
    statusCodes = Set.copyOf(statusCodes);
    ignore = Set.copyOf(ignore);
    tags = Set.copyOf(tags);
    layers = Set.copyOf(layers);
    // Keys list these in this order, which therefore is the same on every instance.
    headerConditions = sortedByName(headerConditions);
    keyHeaders = sortedNames(keyHeaders);
    RuleCheck.check(methods, ttl, ttlMode, statusCodes, minBytes, maxBytes, tags);
    RuleCheck.checkNames(headerConditions.keySet(), keyHeaders, identity);
    RuleCheck.checkStaleness(staleWhileRevalidate, staleIfError);
    RuleCheck.checkGates(ignore, identity, shared);
  }

  private static Map<String, Glob> sortedByName(Map<String, Glob> conditions) {
    Map<String, Glob> sorted = new TreeMap<>();
    conditions.forEach((name, glob) -> sorted.put(name.toLowerCase(Locale.ROOT), glob));
    return Collections.unmodifiableMap(sorted);
  }

  /// Field names as keys list them: in lower case, sorted, none twice.
  static List<String> sortedNames(List<String> names) {
    return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).distinct().sorted().toList();
  }

  /// Whether its methods name this one; never so where it leaves them to the cacheable ones.
  public boolean names(String method) {
    return methods.contains(method) || (method.equals("HEAD") && methods.contains("GET"));
  }

  /// How a rule's ttl and the response's own lifetime combine.
  public enum TtlMode {
    DEFAULT,
    MAX,
    OVERRIDE
  }

  /// A gate that a rule can lift.
  public enum Gate {
    NO_STORE,
    PRIVATE,
    SET_COOKIE,
    COOKIE,
    AUTHORIZATION
  }

  /// The credential that keys one entry a user.
  ///
  /// @param source where it stands
  /// @param name of the field or the cookie
  public record Identity(Source source, String name) {
    public enum Source {
      HEADER,
      COOKIE
    }
  }
}
