package dev.terrace.redis;

/// One Redis server, by where it listens.
///
/// @param host a name, or an IP address without brackets
/// @param port 1 to 65535
public record Node(String host, int port) {

  /// `host:port`; an IPv6 address stands in brackets.
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
