package dev.terrace.rules;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
