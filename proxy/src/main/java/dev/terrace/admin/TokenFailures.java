package dev.terrace.admin;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// Counts wrong tokens a peer: after ten within a minute the peer is not listened to until the
/// minute is over, be the token right or not. Holds at most 1,024 peers, the one that failed
/// longest ago is forgotten first. Safe for use by any thread.
final class TokenFailures {
  static final int MAX_FAILURES = 10;
  static final Duration WINDOW = Duration.ofMinutes(1);
  static final int MAX_PEERS = 1_024;

  /// IPv6 hosts choose freely among the addresses of their /64, so that is what counts as a peer.
  private static final int IPV6_NETWORK_BYTES = 8;

  private record Window(Instant began, int failures) {}

  private final Map<String, Window> windows = new LinkedHashMap<>();

  synchronized void record(String address, Instant now) {
    String peer = peer(address);
    Window window = windows.remove(peer);
    windows.put(
        peer,
        window == null || isOver(window, now)
            ? new Window(now, 1)
            : new Window(window.began(), window.failures() + 1));
    if (windows.size() > MAX_PEERS) {
      windows.remove(windows.keySet().iterator().next());
    }
  }

  synchronized boolean isBlocked(String address, Instant now) {
    Window window = windows.get(peer(address));
    return window != null && window.failures() >= MAX_FAILURES && !isOver(window, now);
  }

  private static boolean isOver(Window window, Instant now) {
    return !now.isBefore(window.began().plus(WINDOW));
  }

  private static String peer(String address) {
    if (!address.contains(":") || !HostName.isAddress(address)) {
      return address;
    }
    byte[] bytes = InetAddress.ofLiteral(address).getAddress();
    StringBuilder network = new StringBuilder("net-");
    for (int i = 0; i < Math.min(bytes.length, IPV6_NETWORK_BYTES); i++) {
      network.append(bytes[i]).append('.');
    }
    return network.toString();
  }
}
