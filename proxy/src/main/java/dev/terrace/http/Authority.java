package dev.terrace.http;

/// The syntax of Host and `:authority`: a host name, an IPv4 address or an IPv6 address in
/// brackets, and a port perhaps (RFC 9110 §7.2). Userinfo is refused (RFC 9110 §4.2.4).
final class Authority {
  /// A DNS name's longest (RFC 1035 §2.3.4).
  private static final int MOST_HOST_CHARACTERS = 255;

  /// Eight groups, or six and an IPv4 address, and the opening bracket.
  private static final int MOST_IPV6_CHARACTERS = 46;

  private static final int MOST_PORT_DIGITS = 5;
  private static final int MOST_PORT = 65_535;

  private Authority() {}

  static void check(String authority) throws Refusal {
    int hostEnd = authority.startsWith("[") ? ipv6End(authority) : nameEnd(authority);
    if (hostEnd < authority.length()) {
      checkPort(authority, hostEnd);
    }
  }

  private static int ipv6End(String authority) throws Refusal {
    int close = ByteClass.firstOutside(authority, 1, authority.length(), ByteClass.IPV6);
    int colon = authority.indexOf(':');
    boolean closed = close < authority.length() && authority.charAt(close) == ']';
    if (!closed || colon < 0 || colon > close || close > MOST_IPV6_CHARACTERS) {
      throw Refusal.malformed("Host: expected an IPv6 address in brackets");
    }
    return close + 1;
  }

  private static int nameEnd(String authority) throws Refusal {
    int end = ByteClass.firstOutside(authority, 0, authority.length(), ByteClass.HOST);
    if (end == 0 || end > MOST_HOST_CHARACTERS) {
      throw Refusal.malformed(
          "Host: expected a name of 1 to " + MOST_HOST_CHARACTERS + " characters");
    }
    // A target that maps hosts to directories must not meet "..".
    if (authority.charAt(0) == '.' || authority.indexOf("..") >= 0) {
      throw Refusal.malformed("Host: expected no empty label");
    }
    return end;
  }

  private static void checkPort(String authority, int colon) throws Refusal {
    int port = 0;
    int digits = authority.length() - colon - 1;
    boolean valid = authority.charAt(colon) == ':' && digits > 0 && digits <= MOST_PORT_DIGITS;
    for (int i = colon + 1; valid && i < authority.length(); i++) {
      int digit = authority.charAt(i) - '0';
      valid = digit >= 0 && digit <= 9;
      port = 10 * port + digit;
    }
    if (!valid || port == 0 || port > MOST_PORT) {
      throw Refusal.malformed("Host: expected a host and, after a colon, a port from 1 to 65535");
    }
  }
}
