package dev.terrace.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// The rows of [Options] that say where Redis is and how it is spoken to. In the configuration file
/// they are the block `redis`.
final class RedisOptions {
  static final Rows REDIS = Rows.block(Section.REDIS, "redis");

  static final Option<Boolean> ENABLE =
      REDIS.row(
          "enable-redis",
          Kinds.truth(),
          "false",
          "Keep what is stored in Redis, too, which instances share and restarts leave.");
  static final Option<String> HOST =
      REDIS.row("redis-host", RedisKinds.host(), "localhost", "Where Redis is.");
  static final Option<Integer> PORT =
      REDIS.row("redis-port", Kinds.count(1, 65_535), "6379", "The port that it listens on.");
  static final Option<RedisUrl> URL =
      REDIS.unset(
          "redis-url",
          RedisKinds.url(),
          "none",
          "All of host, port, user, password, db and TLS in one, instead of them.");
  static final Option<String> USERNAME =
      REDIS.unset(
          "redis-username", RedisKinds.username(), "none", "User of its access control list.");
  static final Option<Secret> PASSWORD =
      REDIS.unset(
          "redis-password",
          Kinds.secret(),
          "none",
          "Its password; one in a file is read again at each connection, so that it can change.");
  static final Option<Integer> DB =
      REDIS.row(
          "redis-db",
          Kinds.count(0, 65_535),
          "0",
          "Number of the database; a Redis Cluster has only 0.");
  static final Option<String> KEY_PREFIX =
      REDIS.row(
          "redis-key-prefix",
          RedisKinds.keyPrefix(),
          "proxy:cache:",
          "What every key in Redis begins with; deployments that share a Redis differ in it.");
  static final Option<Boolean> TLS =
      REDIS.row("redis-tls", Kinds.truth(), "false", "Speak TLS, and verify the server's name.");
  static final Option<Path> CA =
      REDIS.unset(
          "redis-ca",
          Kinds.file(),
          "those of the JDK",
          "PEM file with the authorities that may vouch for Redis.");
  static final Option<Path> CERT =
      REDIS.unset(
          "redis-cert",
          Kinds.file(),
          "none",
          "PEM file with the certificate that Terrace shows to Redis.");
  static final Option<Path> KEY =
      REDIS.unset("redis-key", Kinds.file(), "none", "PEM file with its private key, in PKCS#8.");
  static final Option<RedisSettings.Mode> MODE =
      REDIS.row(
          "redis-mode",
          Kinds.choice(RedisSettings.Mode.class),
          "auto",
          "What answers there; auto: what the server says that it is.");
  static final Option<List<RedisSettings.Address>> NODES =
      REDIS.unset(
          "redis-nodes",
          RedisKinds.addresses(),
          "the host and port",
          "Some nodes of a cluster, or the Sentinels, as host:port.");
  static final Option<String> SENTINEL_MASTER =
      REDIS.unset(
          "redis-sentinel-master",
          RedisKinds.masterName(),
          "the only one",
          "Name by which the Sentinels know the master.");
  static final Option<Duration> CONNECT_TIMEOUT =
      REDIS.duration(
          "redis-connect-timeout", "2000ms", "10ms", "1m", "Time to connect and to log in.");
  static final Option<Boolean> LAZY_CONNECT =
      REDIS.row(
          "redis-lazy-connect",
          Kinds.truth(),
          "false",
          "Connect at the first use, not at the start; neither waits for it.");
  static final Option<Duration> COMMAND_TIMEOUT =
      REDIS.duration(
          "redis-command-timeout",
          "100ms",
          "1ms",
          "10s",
          "Time that a lookup waits for Redis before the next layer is asked.");
  static final Option<Long> MAX_ENTRY =
      REDIS.row(
          "redis-max-entry",
          Kinds.size("1KiB", "1GiB"),
          "16MiB",
          "Length of a body; longer ones are not kept in Redis.");
  static final Option<Secret> ENTRY_KEY =
      REDIS.unset(
          "redis-entry-key",
          Kinds.secret(),
          "none",
          "Signs what is written; without it whoever writes to Redis decides what clients get.");
  static final Option<RedisSettings.Compression> COMPRESSION =
      REDIS.row(
          "redis-compression",
          Kinds.choice(RedisSettings.Compression.class),
          "off",
          "Whether bodies of text are kept compressed.");

  private RedisOptions() {}
}
