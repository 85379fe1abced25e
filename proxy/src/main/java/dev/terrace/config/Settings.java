package dev.terrace.config;

import dev.terrace.http.RequestCheck;
import dev.terrace.rules.Glob;
import dev.terrace.rules.IntakePolicy;
import dev.terrace.rules.KeyPolicy;
import dev.terrace.rules.ReusePolicy;
import dev.terrace.rules.Rule;
import dev.terrace.rules.RuleSet;
import dev.terrace.rules.Secrets;
import dev.terrace.rules.StorePolicy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// What the operator wants, every value converted, in range and in agreement with the others. Only
/// this package makes it; immutable.
///
/// @param listen where clients come in
/// @param target the server behind
/// @param cache what is stored, for how long, and under which keys
/// @param memory bounds of the memory layer
/// @param redis the Redis layer
/// @param files the file layer
/// @param admin the admin API
/// @param accessLog a line for every request, or none
/// @param shutdown how to stop
/// @param limits bounds on what clients and answers may be
public record Settings(
    Listen listen,
    Target target,
    Cache cache,
    Memory memory,
    RedisSettings redis,
    Files files,
    Admin admin,
    AccessLog accessLog,
    Shutdown shutdown,
    Limits limits) {

  /// `--url-normalisation`.
  public enum UrlNormalisation {
    ON,
    OFF
  }

  /// `--query-order`.
  public enum QueryOrder {
    SORT,
    KEEP
  }

  /// `--cache-eviction`.
  public enum Eviction {
    TINYLFU,
    LRU,
    FIFO
  }

  /// `--access-log`.
  public enum AccessLogFormat {
    OFF,
    COMMON,
    JSON
  }

  /// @param host name or address to bind
  /// @param port 0 for a free one
  /// @param apiPrefix empty, or begins with / and does not end with one
  /// @param allowedHosts empty: any
  /// @param trustedProxies peers whose forwarding fields are believed
  /// @param tls empty: cleartext
  public record Listen(
      String host,
      int port,
      String apiPrefix,
      List<Glob> allowedHosts,
      Networks trustedProxies,
      Optional<Tls> tls) {}

  /// PEM files, to be read again when they change.
  public record Tls(Path certificate, Path key) {}

  /// @param url http or https, normalised, without user, query and fragment
  /// @param forwardHost whether the client's Host goes to the target
  /// @param normalisation of paths
  /// @param connectTimeout to connect
  /// @param headTimeout to the end of the answer's head
  /// @param bodyTimeout that a stored body may stand still
  /// @param idleTimeout that an unused connection is kept
  /// @param maxConnections over HTTP/1.1 at once
  /// @param authorities PEM file; empty: those of the JDK
  public record Target(
      URI url,
      boolean forwardHost,
      UrlNormalisation normalisation,
      Duration connectTimeout,
      Duration headTimeout,
      Duration bodyTimeout,
      Duration idleTimeout,
      int maxConnections,
      Optional<Path> authorities) {

    /// `http` or `https`.
    public String scheme() {
      return url.getScheme().toLowerCase(Locale.ROOT);
    }

    /// The host and, where the URL has one, the port, as Host carries them.
    public String authority() {
      return url.getRawAuthority().toLowerCase(Locale.ROOT);
    }

    /// Empty, or begins with / and does not end with one.
    public String basePath() {
      String path = url.getRawPath();
      return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
  }

  /// @param ttl zero: unset
  /// @param heuristicFraction 0 to 1
  /// @param cacheableMethods HEAD stands beside GET
  /// @param staleIfUnreachable zero: never
  /// @param maxLife of an entry, stale time included
  /// @param keepTagHeaders whether tag fields reach clients
  /// @param keyHeaders part of every key
  /// @param queryOrder as the key sees it
  /// @param secretNames beside those that are secret anyway
  /// @param keySecret of the digests in keys
  /// @param rules in their order
  /// @param ruleFiles that the rules come from, or would if they were in them
  public record Cache(
      Duration ttl,
      double heuristicFraction,
      Set<String> cacheableMethods,
      Duration staleIfUnreachable,
      Duration maxLife,
      StorePolicy.SetCookie setCookie,
      ReusePolicy.ClientCacheControl clientCacheControl,
      boolean keepTagHeaders,
      List<String> keyHeaders,
      QueryOrder queryOrder,
      Set<String> secretNames,
      Optional<Secret> keySecret,
      List<Rule> rules,
      List<Path> ruleFiles) {}

  /// @param enabled whether there is a file layer
  /// @param directory for this process alone
  /// @param maxBytes of all files
  public record Files(boolean enabled, Path directory, long maxBytes) {}

  /// @param maxEntries at least 1
  /// @param maxBytes of entries
  /// @param cleanupInterval between sweeps
  /// @param warmup how it is filled at the start
  public record Memory(
      int maxEntries, long maxBytes, Eviction eviction, Duration cleanupInterval, Warmup warmup) {

    /// The part of the layer that one body may take.
    private static final int BODY_SHARE = 16;

    /// The longest body that memory holds; longer ones go to the lower layers only.
    public long maxBodyBytes() {
      return maxBytes / BODY_SHARE;
    }
  }

  /// Filling memory from the layers below at the start.
  ///
  /// @param entries at most
  /// @param readyTimeout that readiness waits for it at most
  public record Warmup(boolean enabled, int entries, Duration readyTimeout) {}

  /// @param path begins with /
  /// @param port empty: the main one
  /// @param token may do everything
  /// @param readToken may look
  /// @param purgeAllow peers that may purge without a token
  public record Admin(
      String path,
      OptionalInt port,
      Optional<Secret> token,
      Optional<Secret> readToken,
      Networks purgeAllow) {}

  /// @param file empty: standard output
  public record AccessLog(AccessLogFormat format, Optional<Path> file) {}

  /// @param delay of not-ready before draining
  /// @param grace of draining
  public record Shutdown(Duration delay, Duration grace) {}

  /// Every bound has the meaning that the option of its name has in `docs/configuration.md`.
  ///
  /// @param maxBodyBytes [Long#MAX_VALUE] for none
  /// @param minBodyRate bytes a second
  public record Limits(
      int maxTargetBytes,
      int maxHeadBytes,
      int maxFields,
      int maxQueryParameters,
      long maxBodyBytes,
      Duration headTimeout,
      long minBodyRate,
      Duration bodyRateGrace,
      Duration writeTimeout,
      Duration idleTimeout,
      int maxConnections,
      int maxRequests,
      int maxWaiting,
      int http2MaxStreams,
      int http2MaxControlFrames,
      int http2MaxResets,
      int targetMaxHeadBytes,
      int targetMaxFields,
      int targetHttp2MaxConnections,
      int targetHttp2MaxStreams,
      int maxTunnels,
      int maxVariants,
      int maxVaryNames,
      int maxTags,
      int maxTagBytes,
      int maxSetCookies) {}

  /// The same but for the rules, which are the other's.
  public Settings withRulesOf(Settings other) {
    return new Settings(
        listen,
        target,
        new Cache(
            cache.ttl,
            cache.heuristicFraction,
            cache.cacheableMethods,
            cache.staleIfUnreachable,
            cache.maxLife,
            cache.setCookie,
            cache.clientCacheControl,
            cache.keepTagHeaders,
            cache.keyHeaders,
            cache.queryOrder,
            cache.secretNames,
            cache.keySecret,
            other.cache.rules,
            other.cache.ruleFiles),
        memory,
        redis,
        files,
        admin,
        accessLog,
        shutdown,
        limits);
  }

  /// How requests become what is keyed, matched and forwarded.
  public IntakePolicy.Settings intakePolicy() {
    return new IntakePolicy.Settings(
        target.scheme(),
        target.authority(),
        target.basePath(),
        listen.apiPrefix(),
        target.forwardHost(),
        target.normalisation() == UrlNormalisation.ON,
        listen.allowedHosts(),
        pseudonym());
  }

  /// The name in Via and CDN-Loop: instances before one target share it, so that a loop through any
  /// of them is seen, and a Terrace before another Terrace is none.
  private String pseudonym() {
    String front = target.url() + " " + listen.apiPrefix();
    return "terrace-" + HexFormat.of().toHexDigits(front.hashCode());
  }

  /// What keys are made of.
  public KeyPolicy.Settings keyPolicy() {
    return new KeyPolicy.Settings(
        cache.cacheableMethods(), cache.keyHeaders(), cache.queryOrder() == QueryOrder.SORT);
  }

  /// What is stored, and for how long.
  public StorePolicy.Settings storePolicy() {
    return new StorePolicy.Settings(
        cache.ttl(),
        cache.heuristicFraction(),
        cache.setCookie(),
        cache.maxLife(),
        cache.cacheableMethods(),
        new StorePolicy.Bounds(
            limits.maxVaryNames(), limits.maxTags(), limits.maxTagBytes(), limits.maxSetCookies()));
  }

  /// What may be reused.
  public ReusePolicy.Settings reusePolicy() {
    RedisSettings.Coherence coherence = redis.coherence();
    boolean isStrict = !redis.enabled() || coherence.outage() == RedisSettings.Outage.REVALIDATE;
    return new ReusePolicy.Settings(
        cache.clientCacheControl(),
        cache.staleIfUnreachable(),
        switch (coherence.suspects()) {
          case REVALIDATE -> ReusePolicy.Suspects.REVALIDATE;
          case REFETCH -> ReusePolicy.Suspects.REFETCH;
        },
        isStrict ? ReusePolicy.FailingTarget.NOTHING : ReusePolicy.FailingTarget.ANSWER);
  }

  /// What a request may be.
  public RequestCheck.Limits requestLimits() {
    return new RequestCheck.Limits(
        limits.maxTargetBytes(),
        limits.maxHeadBytes(),
        limits.maxFields(),
        limits.maxQueryParameters());
  }

  /// What is a credential, and how it is hidden. The prefix of keys salts the digests where there
  /// is no key secret.
  public Secrets secrets() {
    return new Secrets(
        cache.secretNames(), cache.keySecret().map(Secret::text).orElse(""), redis.keyPrefix());
  }

  /// The rules, ready to match.
  public RuleSet ruleSet() {
    return new RuleSet(cache.rules(), cache.cacheableMethods());
  }
}
