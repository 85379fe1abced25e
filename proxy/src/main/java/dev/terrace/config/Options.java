package dev.terrace.config;

import dev.terrace.rules.Glob;
import dev.terrace.rules.ReusePolicy;
import dev.terrace.rules.Rule;
import dev.terrace.rules.StorePolicy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The table of options. Help, flags, variables, the keys of the configuration file, what
/// `--print-config` shows and `docs/configuration.md` all come from these rows; a new option is one
/// more row, and a line where [Settings] takes it.
///
/// It is longer than other files because it is one table; the rows of Redis are in [RedisOptions],
/// those of limits in [LimitOptions].
final class Options {
  private static final String LEAST_MEMORY = "64KiB";

  private static final Rows LISTENING = new Rows(Section.LISTENING);

  static final Option<String> HOST =
      LISTENING.row("host", Kinds.host(), "0.0.0.0", "Address that Terrace listens on.");
  static final Option<Integer> PORT =
      LISTENING.row(
          "port", Kinds.count(0, 65_535), "4000", "Port that it listens on; 0 takes a free one.");
  static final Option<String> API_PREFIX =
      LISTENING.unset(
          "api-prefix",
          Kinds.prefix(),
          "none",
          "Proxy only what is under this prefix, and strip it; the rest is answered 404.");
  static final Option<List<Glob>> ALLOWED_HOSTS =
      LISTENING.unset(
          "allowed-hosts",
          Kinds.hostGlobs(),
          "any",
          "Values of Host that are served; others are answered 421.");
  static final Option<Networks> TRUSTED_PROXIES =
      LISTENING.unset(
          "trusted-proxies",
          Kinds.networks(),
          "none",
          "Peers whose X-Forwarded fields are believed and passed on.");
  static final Option<Path> TLS_CERT =
      LISTENING.unset(
          "tls-cert",
          Kinds.file(),
          "none",
          "PEM file with the certificate chain; with it Terrace speaks TLS and HTTP/2.");
  static final Option<Path> TLS_KEY =
      LISTENING.unset(
          "tls-key",
          Kinds.file(),
          "none",
          "PEM file with the private key; both files are read again when they change.");

  private static final Rows TARGET = new Rows(Section.TARGET);

  static final Option<URI> TARGET_URL =
      TARGET.unset(
          "target-url",
          Kinds.targetUrl(),
          "required",
          "The server that Terrace stands before; a path in it is put before every request's.");
  static final Option<Boolean> FORWARD_HOST =
      TARGET.row(
          "forward-host",
          Kinds.truth(),
          "false",
          "Send the client's Host to the target and make it part of the key.");
  static final Option<Settings.UrlNormalisation> URL_NORMALISATION =
      TARGET.row(
          "url-normalisation",
          Kinds.choice(Settings.UrlNormalisation.class),
          "on",
          "Key and forward one spelling of each path; off: the bytes as they came.");
  static final Option<Duration> TARGET_CONNECT_TIMEOUT =
      TARGET.duration(
          "target-connect-timeout", "3s", "1ms", "10m", "Time to connect to the target.");
  static final Option<Duration> TARGET_TIMEOUT =
      TARGET.duration(
          "target-timeout", "60s", "1ms", "1d", "Time to the end of the answer's head.");
  static final Option<Duration> BODY_TIMEOUT =
      TARGET.duration(
          "body-timeout",
          "30s",
          "1s",
          "1d",
          "Time that a body to or from the target may stand still.");
  static final Option<Duration> TARGET_IDLE_TIMEOUT =
      TARGET.duration(
          "target-idle-timeout",
          "4s",
          "1s",
          "10m",
          "Time that an unused connection to the target is kept.");
  static final Option<Integer> TARGET_MAX_CONNECTIONS =
      TARGET.row(
          "target-max-connections",
          Kinds.count(1, 65_535),
          "1024",
          "Connections to the target over HTTP/1.1 at once.");
  static final Option<Path> TARGET_CA =
      TARGET.unset(
          "target-ca",
          Kinds.file(),
          "those of the JDK",
          "PEM file with the authorities that may vouch for an https target.");

  private static final Rows STORING = new Rows(Section.STORING);

  static final Option<Duration> CACHE_TTL =
      STORING.duration(
          "cache-ttl",
          "0",
          "0",
          "3650d",
          "Life of a response that states none itself; 0: only what the response states.");
  static final Option<Double> HEURISTIC_FRACTION =
      STORING.row(
          "heuristic-fraction",
          Kinds.fraction(),
          "0.1",
          "Life guessed from Last-Modified, as a part of the time since; 0: none is guessed.");
  static final Option<Set<String>> CACHEABLE_METHODS =
      STORING.row(
          "cacheable-methods",
          Kinds.methods(),
          "GET,HEAD",
          "Methods whose answers are stored; HEAD goes with GET.");
  static final Option<Duration> STALE_IF_UNREACHABLE =
      STORING.duration(
          "stale-if-unreachable",
          "60",
          "0",
          "30d",
          "Time past its life that an entry answers while the target cannot be reached.");
  static final Option<Duration> MAX_LIFE =
      STORING.duration(
          "max-life",
          "30d",
          "1s",
          "3650d",
          "Time that an entry is kept at most, stale time included.");
  static final Option<StorePolicy.SetCookie> SET_COOKIE =
      STORING.row(
          "set-cookie",
          Kinds.choice(StorePolicy.SetCookie.class),
          "never",
          "Whether a response with Set-Cookie is stored; explicit: if it states its own life.");
  static final Option<ReusePolicy.ClientCacheControl> CLIENT_CACHE_CONTROL =
      STORING.row(
          "client-cache-control",
          Kinds.choice(ReusePolicy.ClientCacheControl.class),
          "honour",
          "Whether no-cache and max-age of clients count.");
  static final Option<Boolean> KEEP_TAG_HEADERS =
      STORING.row(
          "keep-tag-headers",
          Kinds.truth(),
          "false",
          "Let Surrogate-Key and Cache-Tag reach clients.");

  private static final Rows KEYS = new Rows(Section.KEYS);

  static final Option<List<String>> SECRET_NAMES =
      KEYS.unset(
          "secret-names",
          Kinds.names(),
          "none",
          "More names of header fields and query parameters that hold credentials.");
  static final Option<List<Rule>> CACHE_RULES =
      KEYS.unset(
          "cache-rules",
          "CACHE_RULES",
          Optional.of("rules"),
          RuleReader.KIND,
          "none",
          "Rules as a JSON array, or @file to read them from one (docs/rules.md).");
  static final Option<List<String>> CACHE_KEY_HEADERS =
      KEYS.unset(
          "cache-key-headers",
          Kinds.names(),
          "none",
          "Request header fields that are part of every key.");
  static final Option<Settings.QueryOrder> QUERY_ORDER =
      KEYS.row(
          "query-order",
          Kinds.choice(Settings.QueryOrder.class),
          "sort",
          "Whether the key sees query parameters sorted by name.");
  static final Option<Secret> KEY_SECRET =
      KEYS.unset(
          "key-secret",
          Kinds.secret(),
          "none",
          "Makes the digests of credentials in keys unguessable to who can read keys.");

  private static final Rows MEMORY = new Rows(Section.MEMORY);

  static final Option<Integer> CACHE_MAX_SIZE =
      MEMORY.row(
          "cache-max-size",
          Kinds.count(1, 100_000_000),
          "10000",
          "Entries held in memory at most.");
  static final Option<Long> CACHE_MAX_BYTES =
      MEMORY.unset(
          "cache-max-bytes",
          Kinds.size(LEAST_MEMORY, "1024GiB"),
          "a quarter of the heap",
          "Bytes held in memory at most; one body takes a sixteenth of it at most.");
  static final Option<Settings.Eviction> CACHE_EVICTION =
      MEMORY.row(
          "cache-eviction",
          Kinds.choice(Settings.Eviction.class),
          "tinylfu",
          "Which entries make room: tinylfu weighs use and size; lru and fifo go by order alone.");
  static final Option<Duration> CACHE_CLEANUP_INTERVAL =
      MEMORY.duration(
          "cache-cleanup-interval", "300", "1s", "1d", "Time between sweeps of expired entries.");

  static final Option<Boolean> ENABLE_CACHE_WARMUP =
      MEMORY.row(
          "enable-cache-warmup",
          Kinds.truth(),
          "false",
          "Fill memory at the start with what was asked for most, from Redis, else from files.");
  static final Option<Integer> WARMUP_ENTRIES =
      MEMORY.row(
          "warmup-entries",
          Kinds.count(1, 100_000_000),
          "10000",
          "Entries that a warm-up brings in at most.");
  static final Option<Duration> WARMUP_READY_TIMEOUT =
      MEMORY.duration(
          "warmup-ready-timeout", "5s", "0", "10m", "Time that readiness waits for it at most.");

  private static final Rows FILE = new Rows(Section.FILE);

  static final Option<Boolean> ENABLE_FILE_CACHE =
      FILE.row(
          "enable-file-cache",
          Kinds.truth(),
          "true",
          "Keep what is stored on the disk, too, where it survives restarts.");
  static final Option<Path> FILE_CACHE_DIR =
      FILE.row(
          "file-cache-dir",
          Kinds.directory(),
          "./cache",
          "Directory of the files, for one process alone: a second runs without this layer.");
  static final Option<Long> FILE_CACHE_MAX_BYTES =
      FILE.row(
          "file-cache-max-bytes",
          Kinds.size("1MiB", "65536GiB"),
          "1GiB",
          "Bytes of all files at most; one body takes a quarter of it at most.");

  private static final Rows ADMIN = new Rows(Section.ADMIN);

  static final Option<String> ADMIN_PATH =
      ADMIN.row("admin-path", Kinds.prefix(), "/cache", "Where the admin API is.");
  static final Option<Integer> ADMIN_PORT =
      ADMIN.unset(
          "admin-port",
          Kinds.count(1, 65_535),
          "the main port",
          "Port of its own for the admin API; the main port is then wholly the target's.");
  static final Option<Secret> ADMIN_TOKEN =
      ADMIN.unset(
          "admin-token",
          Kinds.token(),
          "none",
          "Bearer token that may do everything; without one only this machine's loopback may.");
  static final Option<Secret> ADMIN_READ_TOKEN =
      ADMIN.unset("admin-read-token", Kinds.token(), "none", "Bearer token that may look only.");
  static final Option<Networks> PURGE_ALLOW =
      ADMIN.unset(
          "purge-allow", Kinds.networks(), "none", "Peers that may send purges without a token.");

  private static final Rows RUNNING = new Rows(Section.RUNNING);

  static final Option<Path> CONFIG =
      RUNNING.unset(
          "config",
          "TERRACE_CONFIG",
          Optional.empty(),
          Kinds.file(),
          "none",
          "YAML file with options; environment and flags win over it.");
  static final Option<Settings.AccessLogFormat> ACCESS_LOG =
      RUNNING.row(
          "access-log",
          Kinds.choice(Settings.AccessLogFormat.class),
          "off",
          "A line for every request.");
  static final Option<Path> ACCESS_LOG_FILE =
      RUNNING.unset("access-log-file", Kinds.file(), "stdout", "Where these lines go.");
  static final Option<Duration> SHUTDOWN_DELAY =
      RUNNING.duration(
          "shutdown-delay",
          "0",
          "0",
          "1h",
          "Time of answering not ready, and everything else as before, when told to stop.");
  static final Option<Duration> SHUTDOWN_GRACE =
      RUNNING.duration(
          "shutdown-grace", "10", "0", "1h", "Time that requests under way then have to end.");

  /// Every row, in the order of the help.
  static final List<Option<?>> ALL =
      Stream.of(
              LISTENING,
              TARGET,
              STORING,
              KEYS,
              MEMORY,
              RedisOptions.REDIS,
              PurgeOptions.PURGES,
              FILE,
              ADMIN,
              RUNNING,
              LimitOptions.LIMITS)
          .flatMap(rows -> rows.all().stream())
          .toList();

  private Options() {}
}
