package dev.terrace.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Where Redis is, how it is spoken to, and what is kept there.
///
/// @param enabled whether there is a Redis layer
/// @param nodes the server, some of the nodes of a cluster, or the Sentinels; at least one
/// @param username empty: the default user
/// @param password empty: none, or in `passwordFile`
/// @param passwordFile holds the password, and is read again at each connection
/// @param db 0 in a cluster
/// @param keyPrefix begins every key; without braces
/// @param tls empty: cleartext
/// @param sentinelMaster empty: the only one that the Sentinels know
/// @param connectTimeout to connect and log in
/// @param lazyConnect whether the first use begins the connection
/// @param commandTimeout of a lookup
/// @param maxEntryBytes of a body that is kept
/// @param entryKey signs entries
/// @param coherence of purges
public record RedisSettings(
    boolean enabled,
    List<Address> nodes,
    Optional<String> username,
    Optional<Secret> password,
    Optional<Path> passwordFile,
    int db,
    String keyPrefix,
    Optional<Tls> tls,
    Mode mode,
    Optional<String> sentinelMaster,
    Duration connectTimeout,
    boolean lazyConnect,
    Duration commandTimeout,
    long maxEntryBytes,
    Optional<Secret> entryKey,
    Compression compression,
    Coherence coherence) {

  static final int STANDARD_PORT = 6_379;
  static final int STANDARD_SENTINEL_PORT = 26_379;

  private static final int LONGEST_HOST = 253;
  private static final int LARGEST_PORT = 65_535;

  public RedisSettings {
    nodes = List.copyOf(nodes);
  }

  /// `--redis-mode`.
  public enum Mode {
    AUTO,
    STANDALONE,
    SENTINEL,
    CLUSTER
  }

  /// `--redis-compression`.
  public enum Compression {
    OFF,
    ZSTD
  }

  /// `--redis-outage`.
  public enum Outage {
    SERVE,
    REVALIDATE,
    REVALIDATE_OR_STALE
  }

  /// `--suspects`.
  public enum Suspects {
    REVALIDATE,
    REFETCH
  }

  /// How purges reach other instances.
  ///
  /// @param outage what a hit is worth while they cannot be heard of
  /// @param lease after which that is so
  /// @param memberTimeout silence of another instance after which nobody waits for it
  /// @param purgeWait that a purge waits for the others
  /// @param suspects how entries are confirmed
  public record Coherence(
      Outage outage,
      Duration lease,
      Duration memberTimeout,
      Duration purgeWait,
      Suspects suspects) {}

  /// @param authorities PEM file; empty: those of the JDK
  /// @param identity what Terrace shows of itself; empty: nothing
  public record Tls(Optional<Path> authorities, Optional<Settings.Tls> identity) {}

  /// Where a server listens.
  ///
  /// @param host a name, or an IP address without brackets
  /// @param port 1 to 65535
  public record Address(String host, int port) {

    /// @throws IllegalArgumentException for what is neither a name nor an address
    static Address of(String host, int port) {
      boolean bracketed = host.startsWith("[") && host.endsWith("]");
      String bare = bracketed ? host.substring(1, host.length() - 1) : host;
      Kinds.require(bare.length() <= LONGEST_HOST && bare.matches("[A-Za-z0-9:][A-Za-z0-9._:%-]*"));
      Kinds.require(port >= 1 && port <= LARGEST_PORT);
      return new Address(bare, port);
    }

    /// @param text `host`, `host:port` or `[address]:port`
    static Address parse(String text, int standardPort) {
      int colon = text.lastIndexOf(':');
      boolean withPort = (colon > 0 && text.indexOf(':') == colon) || text.contains("]:");
      if (!withPort) {
        Kinds.require(colon < 0 || text.startsWith("["));
        return of(text, standardPort);
      }
      String port = text.substring(colon + 1);
      Kinds.require(port.matches("[0-9]{1,5}"));
      return of(text.substring(0, colon), Integer.parseInt(port));
    }

    /// `host:port`; an IPv6 address stands in brackets.
    @Override
    public String toString() {
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }
}
