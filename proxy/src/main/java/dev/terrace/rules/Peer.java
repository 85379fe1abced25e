package dev.terrace.rules;

/// Who is at the other end of the connection.
///
/// @param address its IP address in text, without a port
/// @param trust whether its forwarding fields are believed
public record Peer(String address, Trust trust) {
  /// By `--trusted-proxies`.
  public enum Trust {
    TRUSTED,
    UNTRUSTED
  }
}
