package dev.terrace.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Builds [RedisSettings], and judges which of the options of Redis go together.
final class RedisReader {
  /// What a URL stands instead of.
  private static final List<Option<?>> INSTEAD =
      List.of(
          RedisOptions.HOST,
          RedisOptions.PORT,
          RedisOptions.USERNAME,
          RedisOptions.PASSWORD,
          RedisOptions.DB,
          RedisOptions.NODES);

  private final Values values;
  private final Pems pems;

  RedisReader(Values values, Pems pems) {
    this.values = values;
    this.pems = pems;
  }

  /// @throws Refusal naming what does not go together
  RedisSettings settings() {
    Optional<RedisUrl> url = url();
    RedisSettings.Mode mode = mode(url);
    int db = url.map(RedisUrl::db).orElseGet(() -> values.get(RedisOptions.DB));
    if (mode == RedisSettings.Mode.CLUSTER && db != 0) {
      throw refuse(url.isPresent() ? RedisOptions.URL : RedisOptions.DB, "db 0 in a Redis Cluster");
    }
    return new RedisSettings(
        values.get(RedisOptions.ENABLE),
        url.map(RedisUrl::nodes).orElseGet(this::nodes),
        url.map(RedisUrl::username).orElseGet(this::username),
        url.map(RedisUrl::password)
            .orElseGet(() -> values.find(RedisOptions.PASSWORD).filter(_ -> !isPasswordInFile())),
        url.isPresent() ? Optional.empty() : passwordFile(),
        db,
        values.get(RedisOptions.KEY_PREFIX),
        tls(url),
        mode,
        url.flatMap(RedisUrl::master).or(() -> values.find(RedisOptions.SENTINEL_MASTER)),
        values.get(RedisOptions.CONNECT_TIMEOUT),
        values.get(RedisOptions.LAZY_CONNECT),
        values.get(RedisOptions.COMMAND_TIMEOUT),
        values.get(RedisOptions.MAX_ENTRY),
        values.find(RedisOptions.ENTRY_KEY),
        values.get(RedisOptions.COMPRESSION),
        new RedisSettings.Coherence(
            values.get(PurgeOptions.OUTAGE),
            values.get(PurgeOptions.LEASE),
            values.get(PurgeOptions.MEMBER_TIMEOUT),
            values.get(PurgeOptions.PURGE_WAIT),
            values.get(PurgeOptions.SUSPECTS)));
  }

  /// The options that a URL of a higher source, or that set a URL of a lower one, aside.
  static List<String> warnings(Values values) {
    Optional<Given> url = values.given(RedisOptions.URL);
    return url.isEmpty()
        ? List.of()
        : beside(values)
            .map(
                other ->
                    other.source().compareTo(url.get().source()) < 0
                        ? url.get().name() + " is ignored: " + other.name() + " wins over it"
                        : other.name() + " is ignored: " + url.get().name() + " wins over it")
            .toList();
  }

  /// Empty where none is given, or another option of a higher source wins over it.
  private Optional<RedisUrl> url() {
    Optional<Given> url = values.given(RedisOptions.URL);
    if (url.isEmpty()) {
      return Optional.empty();
    }
    for (Given other : beside(values).toList()) {
      if (other.source() == url.get().source()) {
        throw new Refusal(
            url.get().name() + ": given beside " + other.name() + ", expected one of them");
      }
    }
    boolean wins = beside(values).allMatch(o -> o.source().compareTo(url.get().source()) > 0);
    return values.find(RedisOptions.URL).filter(_ -> wins);
  }

  private static Stream<Given> beside(Values values) {
    return INSTEAD.stream()
        .filter(values::isGiven)
        .flatMap(option -> values.given(option).stream());
  }

  private RedisSettings.Mode mode(Optional<RedisUrl> url) {
    RedisSettings.Mode mode = values.get(RedisOptions.MODE);
    boolean sentinelUrl =
        url.filter(one -> one.scheme() == RedisUrl.Scheme.REDIS_SENTINEL).isPresent();
    boolean sentinel = mode == RedisSettings.Mode.AUTO || mode == RedisSettings.Mode.SENTINEL;
    if (!sentinel && sentinelUrl) {
      throw refuse(RedisOptions.MODE, "auto or sentinel beside a redis-sentinel URL");
    }
    if (!sentinel && values.isGiven(RedisOptions.SENTINEL_MASTER)) {
      throw refuse(RedisOptions.MODE, "auto or sentinel beside --redis-sentinel-master");
    }
    return sentinelUrl ? RedisSettings.Mode.SENTINEL : mode;
  }

  private List<RedisSettings.Address> nodes() {
    return values
        .find(RedisOptions.NODES)
        .filter(nodes -> !nodes.isEmpty())
        .orElseGet(
            () ->
                List.of(
                    RedisSettings.Address.of(
                        values.get(RedisOptions.HOST), values.get(RedisOptions.PORT))));
  }

  private Optional<String> username() {
    Optional<String> username = values.find(RedisOptions.USERNAME);
    if (username.isPresent() && values.find(RedisOptions.PASSWORD).isEmpty()) {
      throw new Refusal(
          values.nameOf(RedisOptions.USERNAME) + ": given, expected --redis-password beside it");
    }
    return username;
  }

  private boolean isPasswordInFile() {
    return values
        .given(RedisOptions.PASSWORD)
        .filter(given -> given.form() == Given.Form.FILE_NAME)
        .isPresent();
  }

  private Optional<Path> passwordFile() {
    return values
        .given(RedisOptions.PASSWORD)
        .filter(_ -> isPasswordInFile())
        .map(given -> Path.of(given.text()));
  }

  private Optional<RedisSettings.Tls> tls(Optional<RedisUrl> url) {
    boolean asked =
        values.get(RedisOptions.TLS)
            || url.filter(one -> one.scheme() == RedisUrl.Scheme.REDISS).isPresent();
    if (asked) {
      return Optional.of(
          new RedisSettings.Tls(
              pems.readable(RedisOptions.CA), pems.pair(RedisOptions.CERT, RedisOptions.KEY)));
    }
    for (Option<?> option : List.of(RedisOptions.CA, RedisOptions.CERT, RedisOptions.KEY)) {
      if (values.isGiven(option)) {
        throw new Refusal(values.nameOf(option) + ": given, expected --redis-tls beside it");
      }
    }
    return Optional.empty();
  }

  private Refusal refuse(Option<?> option, String expected) {
    String shown =
        option.equals(RedisOptions.URL)
            ? RedisUrl.masked(values.text(option))
            : values.text(option);
    return new Refusal(values.nameOf(option) + ": " + Unfit.got(shown, expected).getMessage());
  }
}
