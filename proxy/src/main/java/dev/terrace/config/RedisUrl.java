package dev.terrace.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What `--redis-url` names, in this grammar:
///
///     ("redis" | "rediss") "://" [userinfo "@"] address ["/" db]
///     "redis-sentinel://" [userinfo "@"] address *("," address) ["/" db] ["#" master]
///     userinfo = [user] [":" password] | password        percent-encoded
///
/// A userinfo without a colon is a password in `redis-sentinel`, and a user elsewhere.
///
/// @param nodes at least one
/// @param username empty: the default user
/// @param password empty: none
record RedisUrl(
    Scheme scheme,
    List<RedisSettings.Address> nodes,
    Optional<String> username,
    Optional<Secret> password,
    int db,
    Optional<String> master) {
  static final String EXPECTED =
      "redis://, rediss:// or redis-sentinel:// with a host, perhaps user:password@ before it and"
          + " a port and /db after it";

  private static final int LONGEST = 4_096;
  private static final Pattern SYNTAX =
      Pattern.compile(
          "(redis|rediss|redis-sentinel)://(?:([^@/#]*)@)?([^@/#?]+)(?:/([0-9]{0,5}))?(?:#(\\S+))?");

  /// What the URL begins with.
  enum Scheme {
    REDIS,
    REDISS,
    REDIS_SENTINEL
  }

  /// @throws IllegalArgumentException without a message worth showing
  static RedisUrl parse(String text) {
    Matcher parts = SYNTAX.matcher(text);
    Kinds.require(text.length() <= LONGEST && parts.matches());
    Scheme scheme =
        switch (parts.group(1)) {
          case "redis" -> Scheme.REDIS;
          case "rediss" -> Scheme.REDISS;
          default -> Scheme.REDIS_SENTINEL;
        };
    List<RedisSettings.Address> nodes = new ArrayList<>();
    for (String address : parts.group(3).split(",", -1)) {
      nodes.add(
          RedisSettings.Address.parse(
              address,
              scheme == Scheme.REDIS_SENTINEL
                  ? RedisSettings.STANDARD_SENTINEL_PORT
                  : RedisSettings.STANDARD_PORT));
    }
    Optional<String> master = Optional.ofNullable(parts.group(5));
    Kinds.require(scheme == Scheme.REDIS_SENTINEL || (nodes.size() == 1 && master.isEmpty()));
    Optional<String> db = Optional.ofNullable(parts.group(4)).filter(digits -> !digits.isEmpty());
    String userinfo = Optional.ofNullable(parts.group(2)).orElse("");
    int colon = userinfo.indexOf(':');
    if (colon < 0 && scheme == Scheme.REDIS_SENTINEL) {
      colon = 0;
      userinfo = ":" + userinfo;
    }
    return new RedisUrl(
        scheme,
        List.copyOf(nodes),
        decoded(colon < 0 ? userinfo : userinfo.substring(0, colon)),
        decoded(colon < 0 ? "" : userinfo.substring(colon + 1)).map(Secret::new),
        db.map(Integer::parseInt).orElse(0),
        master);
  }

  /// The URL with everything before an @ hidden.
  static String masked(String text) {
    int at = text.lastIndexOf('@');
    int slashes = text.indexOf("://");
    return at < 0 || slashes < 0
        ? text
        : text.substring(0, slashes + 3) + "***" + text.substring(at);
  }

  private static Optional<String> decoded(String text) {
    // In a URL's userinfo a plus is a plus.
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8));
  }
}
