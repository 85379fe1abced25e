package dev.terrace.config;

import dev.terrace.rules.Glob;
import dev.terrace.rules.ReusePolicy;
import dev.terrace.rules.Rule;
import dev.terrace.rules.StorePolicy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The table of options. Help, flags, variables, the keys of the configuration file, what
/// `--print-config` shows and `docs/configuration.md` all come from these rows; a new option is one
/// more row, and a line where [Settings] takes it.
///
/// It is longer than other files because it is one table.
final class Options {
  private static final List<Option<?>> ROWS = new ArrayList<>();

  /// Where `--cache-max-bytes` begins.
  static final String LEAST_MEMORY = "64KiB";

  // Listening.

  static final Option<String> HOST =
      row("host", Kinds.host(), "0.0.0.0", Section.LISTENING, "Address that Terrace listens on.");
  static final Option<Integer> PORT =
      row(
          "port",
          Kinds.count(0, 65_535),
          "4000",
          Section.LISTENING,
          "Port that it listens on; 0 takes a free one.");
  static final Option<String> API_PREFIX =
      unset(
          "api-prefix",
          Kinds.prefix(),
          "none",
          Section.LISTENING,
          "Proxy only what is under this prefix, and strip it; the rest is answered 404.");
  static final Option<List<Glob>> ALLOWED_HOSTS =
      unset(
          "allowed-hosts",
          Kinds.hostGlobs(),
          "any",
          Section.LISTENING,
          "Values of Host that are served; others are answered 421.");
  static final Option<Networks> TRUSTED_PROXIES =
      unset(
          "trusted-proxies",
          Kinds.networks(),
          "none",
          Section.LISTENING,
          "Peers whose X-Forwarded fields are believed and passed on.");
  static final Option<Path> TLS_CERT =
      unset(
          "tls-cert",
          Kinds.file(),
          "none",
          Section.LISTENING,
          "PEM file with the certificate chain; with it Terrace speaks TLS and HTTP/2.");
  static final Option<Path> TLS_KEY =
      unset(
          "tls-key",
          Kinds.file(),
          "none",
          Section.LISTENING,
          "PEM file with the private key; both files are read again when they change.");

  // Target.

  static final Option<URI> TARGET_URL =
      unset(
          "target-url",
          Kinds.targetUrl(),
          "required",
          Section.TARGET,
          "The server that Terrace stands before; a path in it is put before every request's.");
  static final Option<Boolean> FORWARD_HOST =
      row(
          "forward-host",
          Kinds.truth(),
          "false",
          Section.TARGET,
          "Send the client's Host to the target and make it part of the key.");
  static final Option<Settings.UrlNormalisation> URL_NORMALISATION =
      row(
          "url-normalisation",
          Kinds.choice(Settings.UrlNormalisation.class),
          "on",
          Section.TARGET,
          "Key and forward one spelling of each path; off: the bytes as they came.");
  static final Option<Duration> TARGET_CONNECT_TIMEOUT =
      duration(
          "target-connect-timeout", "3s", "1ms", "10m", Section.TARGET, "Time to connect to the target.");
  static final Option<Duration> TARGET_TIMEOUT =
      duration(
          "target-timeout", "60s", "1ms", "1d", Section.TARGET, "Time to the end of the answer's head.");
  static final Option<Duration> BODY_TIMEOUT =
      duration(
          "body-timeout",
          "30s",
          "1s",
          "1d",
          Section.TARGET,
          "Time that the body of a stored answer may stand still.");
  static final Option<Duration> TARGET_IDLE_TIMEOUT =
      duration(
          "target-idle-timeout",
          "4s",
          "1ms",
          "10m",
          Section.TARGET,
          "Time that an unused connection to the target is kept.");
  static final Option<Integer> TARGET_MAX_CONNECTIONS =
      row(
          "target-max-connections",
          Kinds.count(1, 65_535),
          "1024",
          Section.TARGET,
          "Connections to the target at once.");

  // What is stored, and for how long.

  static final Option<Duration> CACHE_TTL =
      duration(
          "cache-ttl",
          "0",
          "0",
          "3650d",
          Section.STORING,
          "Life of a response that states none itself; 0: only what the response states.");
  static final Option<Double> HEURISTIC_FRACTION =
      row(
          "heuristic-fraction",
          Kinds.fraction(),
          "0.1",
          Section.STORING,
          "Life guessed from Last-Modified, as a part of the time since; 0: none is guessed.");
  static final Option<Set<String>> CACHEABLE_METHODS =
      row(
          "cacheable-methods",
          Kinds.methods(),
          "GET,HEAD",
          Section.STORING,
          "Methods whose answers are stored; HEAD goes with GET.");
  static final Option<Duration> STALE_IF_UNREACHABLE =
      duration(
          "stale-if-unreachable",
          "60",
          "0",
          "30d",
          Section.STORING,
          "Time past its life that an entry answers while the target cannot be reached.");
  static final Option<Duration> MAX_LIFE =
      duration(
          "max-life",
          "30d",
          "1s",
          "3650d",
          Section.STORING,
          "Time that an entry is kept at most, stale time included.");
  static final Option<StorePolicy.SetCookie> SET_COOKIE =
      row(
          "set-cookie",
          Kinds.choice(StorePolicy.SetCookie.class),
          "never",
          Section.STORING,
          "Whether a response with Set-Cookie is stored; explicit: if it states its own life.");
  static final Option<ReusePolicy.ClientCacheControl> CLIENT_CACHE_CONTROL =
      row(
          "client-cache-control",
          Kinds.choice(ReusePolicy.ClientCacheControl.class),
          "honour",
          Section.STORING,
          "Whether no-cache and max-age of clients count.");
  static final Option<Boolean> KEEP_TAG_HEADERS =
      row(
          "keep-tag-headers",
          Kinds.truth(),
          "false",
          Section.STORING,
          "Let Surrogate-Key and Cache-Tag reach clients.");

  // Keys and rules.

  static final Option<List<String>> SECRET_NAMES =
      unset(
          "secret-names",
          Kinds.names(),
          "none",
          Section.KEYS,
          "More names of header fields and query parameters that hold credentials.");
  static final Option<List<Rule>> CACHE_RULES =
      add(
          new Option<>(
              "cache-rules",
              "CACHE_RULES",
              Optional.of("rules"),
              RuleReader.KIND,
              Optional.empty(),
              "none",
              Section.KEYS,
              "Rules as a JSON array, or @file to read them from one (docs/rules.md)."));
  static final Option<List<String>> CACHE_KEY_HEADERS =
      unset(
          "cache-key-headers",
          Kinds.names(),
          "none",
          Section.KEYS,
          "Request header fields that are part of every key.");
  static final Option<Settings.QueryOrder> QUERY_ORDER =
      row(
          "query-order",
          Kinds.choice(Settings.QueryOrder.class),
          "sort",
          Section.KEYS,
          "Whether the key sees query parameters sorted by name.");
  static final Option<Secret> KEY_SECRET =
      unset(
          "key-secret",
          Kinds.secret(),
          "none",
          Section.KEYS,
          "Makes the digests of credentials in keys unguessable to who can read keys.");

  // Memory layer.

  static final Option<Integer> CACHE_MAX_SIZE =
      row(
          "cache-max-size",
          Kinds.count(1, 100_000_000),
          "10000",
          Section.MEMORY,
          "Entries held in memory at most.");
  static final Option<Long> CACHE_MAX_BYTES =
      unset(
          "cache-max-bytes",
          Kinds.size(LEAST_MEMORY, "1024GiB"),
          "a quarter of the heap",
          Section.MEMORY,
          "Bytes held in memory at most; one body takes a sixteenth of it at most.");
  static final Option<Long> FILL_MAX_BYTES =
      unset(
          "fill-max-bytes",
          Kinds.size(LEAST_MEMORY, "1024GiB"),
          "an eighth of the heap",
          Section.MEMORY,
          "Bytes of bodies that are on their way into memory, at most.");
  static final Option<Settings.Eviction> CACHE_EVICTION =
      row(
          "cache-eviction",
          Kinds.choice(Settings.Eviction.class),
          "tinylfu",
          Section.MEMORY,
          "Which entries make room: tinylfu weighs use and size; lru and fifo go by order alone.");
  static final Option<Duration> CACHE_CLEANUP_INTERVAL =
      duration(
          "cache-cleanup-interval",
          "300",
          "1s",
          "1d",
          Section.MEMORY,
          "Time between sweeps of expired entries.");

  // Admin API.

  static final Option<String> ADMIN_PATH =
      row("admin-path", Kinds.prefix(), "/cache", Section.ADMIN, "Where the admin API is.");
  static final Option<Integer> ADMIN_PORT =
      unset(
          "admin-port",
          Kinds.count(1, 65_535),
          "the main port",
          Section.ADMIN,
          "Port of its own for the admin API; the main port is then wholly the target's.");
  static final Option<Secret> ADMIN_TOKEN =
      unset(
          "admin-token",
          Kinds.token(),
          "none",
          Section.ADMIN,
          "Bearer token that may do everything; without one only this machine's loopback may.");
  static final Option<Secret> ADMIN_READ_TOKEN =
      unset(
          "admin-read-token", Kinds.token(), "none", Section.ADMIN, "Bearer token that may look only.");
  static final Option<Networks> PURGE_ALLOW =
      unset(
          "purge-allow",
          Kinds.networks(),
          "none",
          Section.ADMIN,
          "Peers that may send purges without a token.");

  // Log, file, start and stop.

  static final Option<Path> CONFIG =
      add(
          new Option<>(
              "config",
              "TERRACE_CONFIG",
              Optional.empty(),
              Kinds.file(),
              Optional.empty(),
              "none",
              Section.RUNNING,
              "YAML file with options; environment and flags win over it."));
  static final Option<Settings.AccessLogFormat> ACCESS_LOG =
      row(
          "access-log",
          Kinds.choice(Settings.AccessLogFormat.class),
          "off",
          Section.RUNNING,
          "A line for every request.");
  static final Option<Path> ACCESS_LOG_FILE =
      unset(
          "access-log-file", Kinds.file(), "stdout", Section.RUNNING, "Where these lines go.");
  static final Option<Duration> SHUTDOWN_DELAY =
      duration(
          "shutdown-delay",
          "0",
          "0",
          "1h",
          Section.RUNNING,
          "Time of answering not ready, and everything else as before, when told to stop.");
  static final Option<Duration> SHUTDOWN_GRACE =
      duration(
          "shutdown-grace",
          "10",
          "0",
          "1h",
          Section.RUNNING,
          "Time that requests under way then have to end.");

  // Limits.

  static final Option<Long> MAX_TARGET_BYTES =
      limit("max-target-bytes", Kinds.size("256B", "1MiB"), "8KiB", "Length of a request target; past it 414.");
  static final Option<Long> MAX_HEAD_BYTES =
      limit("max-head-bytes", Kinds.size("1KiB", "1MiB"), "32KiB", "Length of a request's head; past it 431.");
  static final Option<Integer> MAX_FIELDS =
      limit("max-fields", Kinds.count(1, 10_000), "100", "Header fields of a request; past it 431.");
  static final Option<Integer> MAX_QUERY_PARAMETERS =
      limit(
          "max-query-parameters",
          Kinds.count(0, 100_000),
          "256",
          "Query parameters of a request; past it 414.");
  static final Option<Long> MAX_BODY_BYTES =
      limit(
          "max-body-bytes",
          Kinds.size("0", "1024GiB"),
          "0",
          "Length of a request's body; past it 413; 0: no limit.");
  static final Option<Duration> HEAD_TIMEOUT =
      limit("head-timeout", "10s", "100ms", "1h", "Time for a request's head to arrive whole; past it 408.");
  static final Option<Long> MIN_BODY_RATE =
      limit(
          "min-body-rate",
          Kinds.size("0", "1GiB"),
          "1KiB",
          "Bytes a second of a request's body, once body-rate-grace is over; 0: no limit.");
  static final Option<Duration> BODY_RATE_GRACE =
      limit("body-rate-grace", "5s", "0", "1h", "Time before min-body-rate is asked for.");
  static final Option<Duration> WRITE_TIMEOUT =
      limit("write-timeout", "30s", "100ms", "1h", "Time that a client may leave an answer unread.");
  static final Option<Duration> IDLE_TIMEOUT =
      limit("idle-timeout", "75s", "100ms", "1d", "Time that a connection without a request is kept.");
  static final Option<Integer> MAX_CONNECTIONS =
      limit("max-connections", Kinds.count(1, 1_000_000), "10000", "Connections of clients at once.");
  static final Option<Integer> MAX_WAITING =
      limit(
          "max-waiting",
          Kinds.count(1, 1_000_000),
          "10000",
          "Requests that wait for a connection to the target or follow one fetch; past it 503.");
  static final Option<Integer> HTTP2_MAX_STREAMS =
      limit(
          "http2-max-streams", Kinds.count(1, 10_000), "100", "Requests at once on one HTTP/2 connection.");
  static final Option<Integer> HTTP2_MAX_CONTROL_FRAMES =
      limit(
          "http2-max-control-frames",
          Kinds.count(10, 1_000_000),
          "1000",
          "PING, SETTINGS and PRIORITY frames in 10 s; past it the connection is closed.");
  static final Option<Integer> MAX_VARIANTS =
      limit("max-variants", Kinds.count(1, 10_000), "64", "Variants (Vary) stored for one key.");
  static final Option<Integer> MAX_VARY_NAMES =
      limit("max-vary-names", Kinds.count(1, 100), "16", "Names in Vary; past it nothing is stored.");
  static final Option<Integer> MAX_TAGS =
      limit("max-tags", Kinds.count(1, 10_000), "128", "Tags of a response; past it nothing is stored.");
  static final Option<Integer> MAX_TAG_BYTES =
      limit("max-tag-bytes", Kinds.count(1, 4_096), "256", "Length of a tag; past it nothing is stored.");
  static final Option<Integer> MAX_SET_COOKIES =
      limit(
          "max-set-cookies",
          Kinds.count(0, 1_000),
          "50",
          "Set-Cookie fields of a response; past it nothing is stored.");

  /// Every row, in the order of the help.
  static final List<Option<?>> ALL = Collections.unmodifiableList(ROWS);

  private Options() {}

  private static <T> Option<T> row(
      String flag, Kind<T> kind, String standard, Section section, String meaning) {
    return named(flag, kind, Optional.of(standard), "", section, meaning);
  }

  private static <T> Option<T> unset(
      String flag, Kind<T> kind, String unset, Section section, String meaning) {
    return named(flag, kind, Optional.empty(), unset, section, meaning);
  }

  private static Option<Duration> duration(
      String flag, String standard, String least, String most, Section section, String meaning) {
    return row(flag, Kinds.duration(standard, least, most), standard, section, meaning);
  }

  private static <T> Option<T> limit(String flag, Kind<T> kind, String standard, String meaning) {
    return row(flag, kind, standard, Section.LIMITS, meaning);
  }

  private static Option<Duration> limit(
      String flag, String standard, String least, String most, String meaning) {
    return duration(flag, standard, least, most, Section.LIMITS, meaning);
  }

  private static <T> Option<T> named(
      String flag,
      Kind<T> kind,
      Optional<String> standard,
      String unset,
      Section section,
      String meaning) {
    return add(
        new Option<>(
            flag,
            flag.replace('-', '_').toUpperCase(Locale.ROOT),
            Optional.of(camelCase(flag)),
            kind,
            standard,
            unset,
            section,
            meaning));
  }

  private static <T> Option<T> add(Option<T> option) {
    ROWS.add(option);
    return option;
  }

  private static String camelCase(String flag) {
    StringBuilder key = new StringBuilder();
    for (String word : flag.split("-", -1)) {
      key.append(key.isEmpty() ? word.charAt(0) : Character.toUpperCase(word.charAt(0)));
      key.append(word, 1, word.length());
    }
    return key.toString();
  }
}
