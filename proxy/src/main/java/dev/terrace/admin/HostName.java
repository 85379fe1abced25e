package dev.terrace.admin;

import java.net.InetAddress;
import java.util.Locale;

/// The host part of an authority, and what it says of where a request was meant to go.
final class HostName {
  private HostName() {}

  /// Without the port and the brackets of an IPv6 address, in lower case.
  static String of(String authority) {
    String host = authority;
    if (host.startsWith("[")) {
      int end = host.indexOf(']');
      host = end < 0 ? host : host.substring(1, end);
    } else {
      int colon = host.lastIndexOf(':');
      host = colon < 0 ? host : host.substring(0, colon);
    }
    return host.toLowerCase(Locale.ROOT);
  }

  /// Whether it is `localhost` or an address of the loopback interface. Names are not looked up:
  /// whoever owns a name decides what it resolves to.
  static boolean isLoopback(String host) {
    return host.equals("localhost")
        || (isAddress(host) && InetAddress.ofLiteral(host).isLoopbackAddress());
  }

  /// Whether it is a literal IP address in its usual spelling.
  static boolean isAddress(String host) {
    if (!host.contains(":") && !host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
      // InetAddress would take `127.1` and `2130706433` too.
      return false;
    }
    try {
      InetAddress.ofLiteral(host);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
