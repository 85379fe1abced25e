package dev.terrace.config;

import static dev.terrace.config.Kinds.require;

import java.util.List;

/// The kinds of values that only options of Redis have.
final class RedisKinds {
  private static final int LONGEST_PREFIX = 200;
  private static final int LONGEST_NAME = 256;

  private RedisKinds() {}

  static Kind<String> host() {
    return new Kind<>(
        "host",
        "a host name or an IP address",
        Kind.Form.PLAIN,
        text -> RedisSettings.Address.of(text, RedisSettings.STANDARD_PORT).host());
  }

  static Kind<List<RedisSettings.Address>> addresses() {
    return Kinds.list(
        "addresses",
        "host:port, separated by commas; IPv6 addresses in brackets",
        text -> RedisSettings.Address.parse(text, RedisSettings.STANDARD_PORT));
  }

  static Kind<RedisUrl> url() {
    return new Kind<>(
        "url",
        RedisUrl.EXPECTED,
        Kind.Form.URL,
        text -> {
          try {
            return RedisUrl.parse(text);
          } catch (IllegalArgumentException unfit) {
            // It may hold a password, wherever a slip put it: nothing of it is shown.
            throw Unfit.secret(RedisUrl.EXPECTED);
          }
        });
  }

  static Kind<String> username() {
    return name("user", "a user name without blanks and control characters");
  }

  static Kind<String> masterName() {
    return name("name", "a name without blanks and control characters");
  }

  /// Braces would decide which slot of a cluster a key belongs to.
  static Kind<String> keyPrefix() {
    return new Kind<>(
        "prefix",
        "1 to " + LONGEST_PREFIX + " printable ASCII characters other than blank, { and }",
        Kind.Form.PLAIN,
        text -> {
          require(text.length() <= LONGEST_PREFIX && text.matches("[!-z|~]+"));
          return text;
        });
  }

  private static Kind<String> name(String placeholder, String expected) {
    return new Kind<>(
        placeholder,
        expected,
        Kind.Form.PLAIN,
        text -> {
          require(!text.isEmpty() && text.length() <= LONGEST_NAME);
          require(text.codePoints().noneMatch(c -> c <= ' ' || Character.isISOControl(c)));
          return text;
        });
  }
}
