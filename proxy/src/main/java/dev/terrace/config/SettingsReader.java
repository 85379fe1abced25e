package dev.terrace.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Builds [Settings] from the values of the options, and judges what no option can judge alone.
final class SettingsReader {
  private static final int MEMORY_SHARE = 4;

  private final Values values;
  private final long heapBytes;
  private final Pems pems;

  /// @param heapBytes that the JVM may take
  SettingsReader(Values values, long heapBytes) {
    this.values = values;
    this.heapBytes = heapBytes;
    this.pems = new Pems(values);
  }

  /// @throws Refusal naming what does not go together
  Settings settings(URI targetUrl) {
    return new Settings(
        listen(),
        target(targetUrl),
        cache(),
        memory(),
        new RedisReader(values, pems).settings(),
        new Settings.Files(
            values.get(Options.ENABLE_FILE_CACHE),
            values.get(Options.FILE_CACHE_DIR),
            values.get(Options.FILE_CACHE_MAX_BYTES)),
        admin(),
        new Settings.AccessLog(
            values.get(Options.ACCESS_LOG), values.find(Options.ACCESS_LOG_FILE)),
        new Settings.Shutdown(
            values.get(Options.SHUTDOWN_DELAY), values.get(Options.SHUTDOWN_GRACE)),
        limits());
  }

  private Settings.Listen listen() {
    return new Settings.Listen(
        values.get(Options.HOST),
        values.get(Options.PORT),
        values.find(Options.API_PREFIX).orElse(""),
        values.find(Options.ALLOWED_HOSTS).orElse(List.of()),
        values.find(Options.TRUSTED_PROXIES).orElse(Networks.NONE),
        pems.pair(Options.TLS_CERT, Options.TLS_KEY));
  }

  private Settings.Target target(URI url) {
    return new Settings.Target(
        url,
        values.get(Options.FORWARD_HOST),
        values.get(Options.URL_NORMALISATION),
        values.get(Options.TARGET_CONNECT_TIMEOUT),
        values.get(Options.TARGET_TIMEOUT),
        values.get(Options.BODY_TIMEOUT),
        values.get(Options.TARGET_IDLE_TIMEOUT),
        values.get(Options.TARGET_MAX_CONNECTIONS),
        pems.readable(Options.TARGET_CA));
  }

  private Settings.Cache cache() {
    return new Settings.Cache(
        values.get(Options.CACHE_TTL),
        values.get(Options.HEURISTIC_FRACTION),
        values.get(Options.CACHEABLE_METHODS),
        values.get(Options.STALE_IF_UNREACHABLE),
        values.get(Options.MAX_LIFE),
        values.get(Options.SET_COOKIE),
        values.get(Options.CLIENT_CACHE_CONTROL),
        values.get(Options.KEEP_TAG_HEADERS),
        values.find(Options.CACHE_KEY_HEADERS).orElse(List.of()),
        values.get(Options.QUERY_ORDER),
        Set.copyOf(values.find(Options.SECRET_NAMES).orElse(List.of())),
        values.find(Options.KEY_SECRET),
        values.find(Options.CACHE_RULES).orElse(List.of()),
        ruleFiles());
  }

  private List<Path> ruleFiles() {
    List<Path> files = new ArrayList<>();
    values.find(Options.CONFIG).ifPresent(files::add);
    values
        .given(Options.CACHE_RULES)
        .flatMap(given -> RuleReader.file(given.text()))
        .map(Path::of)
        .ifPresent(files::add);
    return List.copyOf(files);
  }

  private Settings.Memory memory() {
    return new Settings.Memory(
        values.get(Options.CACHE_MAX_SIZE),
        maxBytes(),
        values.get(Options.CACHE_EVICTION),
        values.get(Options.CACHE_CLEANUP_INTERVAL),
        new Settings.Warmup(
            values.get(Options.ENABLE_CACHE_WARMUP),
            values.get(Options.WARMUP_ENTRIES),
            values.get(Options.WARMUP_READY_TIMEOUT)));
  }

  private long maxBytes() {
    long bytes = values.find(Options.CACHE_MAX_BYTES).orElse(heapBytes / MEMORY_SHARE);
    if (bytes >= heapBytes) {
      throw refuse(
          Options.CACHE_MAX_BYTES,
          values.text(Options.CACHE_MAX_BYTES),
          "less than the heap, which is " + Amounts.spell(heapBytes));
    }
    return bytes;
  }

  private Settings.Admin admin() {
    Optional<Integer> port = values.find(Options.ADMIN_PORT);
    if (port.isPresent() && port.get().equals(values.get(Options.PORT))) {
      throw refuse(Options.ADMIN_PORT, values.text(Options.ADMIN_PORT), "another port than --port");
    }
    return new Settings.Admin(
        values.get(Options.ADMIN_PATH),
        port.map(OptionalInt::of).orElse(OptionalInt.empty()),
        values.find(Options.ADMIN_TOKEN),
        values.find(Options.ADMIN_READ_TOKEN),
        values.find(Options.PURGE_ALLOW).orElse(Networks.NONE));
  }

  private Settings.Limits limits() {
    long maxBody = values.get(LimitOptions.MAX_BODY_BYTES);
    return new Settings.Limits(
        Math.toIntExact(values.get(LimitOptions.MAX_TARGET_BYTES)),
        Math.toIntExact(values.get(LimitOptions.MAX_HEAD_BYTES)),
        values.get(LimitOptions.MAX_FIELDS),
        values.get(LimitOptions.MAX_QUERY_PARAMETERS),
        maxBody == 0 ? Long.MAX_VALUE : maxBody,
        values.get(LimitOptions.HEAD_TIMEOUT),
        values.get(LimitOptions.MIN_BODY_RATE),
        values.get(LimitOptions.BODY_RATE_GRACE),
        values.get(LimitOptions.WRITE_TIMEOUT),
        values.get(LimitOptions.IDLE_TIMEOUT),
        values.get(LimitOptions.MAX_CONNECTIONS),
        values.get(LimitOptions.MAX_REQUESTS),
        values.get(LimitOptions.MAX_WAITING),
        values.get(LimitOptions.HTTP2_MAX_STREAMS),
        values.get(LimitOptions.HTTP2_MAX_CONTROL_FRAMES),
        values.get(LimitOptions.HTTP2_MAX_RESETS),
        Math.toIntExact(values.get(LimitOptions.TARGET_MAX_HEAD_BYTES)),
        values.get(LimitOptions.TARGET_MAX_FIELDS),
        values.get(LimitOptions.TARGET_HTTP2_MAX_CONNECTIONS),
        values.get(LimitOptions.TARGET_HTTP2_MAX_STREAMS),
        values.get(LimitOptions.MAX_TUNNELS),
        values.get(LimitOptions.MAX_VARIANTS),
        values.get(LimitOptions.MAX_VARY_NAMES),
        values.get(LimitOptions.MAX_TAGS),
        values.get(LimitOptions.MAX_TAG_BYTES),
        values.get(LimitOptions.MAX_SET_COOKIES));
  }

  private Refusal refuse(Option<?> option, String value, String expected) {
    return new Refusal(values.nameOf(option) + ": " + Unfit.got(value, expected).getMessage());
  }
}
