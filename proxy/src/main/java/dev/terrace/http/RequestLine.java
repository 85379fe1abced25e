package dev.terrace.http;

import java.util.Optional;

/// What a request is for: target and authority, once its several ways to state them agree.
///
/// @param target origin-form or `*`; its bytes are not judged yet
/// @param authority empty if an HTTP/1.0 request had none
record RequestLine(String target, String authority) {
  private static final String AUTHORITY_MARK = "://";

  /// HTTP/1: origin-form and asterisk-form with Host, or absolute-form that agrees with it (RFC
  /// 9112 §3.2).
  static RequestLine ofHttp1(
      String method, String target, HttpVersion version, String scheme, Optional<String> host)
      throws Refusal {
    if (host.isEmpty() && version != HttpVersion.HTTP_1_0) {
      throw Refusal.malformed("Host: expected once, came none");
    }
    if (target.startsWith("/") || target.equals("*")) {
      return new RequestLine(target, host.orElse(""));
    }
    RequestLine line = ofAbsolute(method, target, scheme);
    Authority.check(line.authority());
    if (host.isPresent() && !host.get().equalsIgnoreCase(line.authority())) {
      throw Refusal.malformed("Host: expected the authority of the request target");
    }
    return line;
  }

  private static RequestLine ofAbsolute(String method, String target, String scheme)
      throws Refusal {
    int authority = scheme.length() + AUTHORITY_MARK.length();
    if (!target.regionMatches(true, 0, scheme, 0, scheme.length())
        || !target.startsWith(AUTHORITY_MARK, scheme.length())) {
      throw Refusal.malformed(
          "the request target: expected a leading slash, or " + scheme + AUTHORITY_MARK);
    }
    int end = authority;
    while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
      end++;
    }
    String rest = target.substring(end);
    if (rest.isEmpty() && method.equals("OPTIONS")) {
      // RFC 9112 §3.2.4: OPTIONS for the server as a whole.
      rest = "*";
    } else if (!rest.startsWith("/")) {
      rest = "/" + rest;
    }
    return new RequestLine(rest, target.substring(authority, end));
  }

  /// HTTP/2: `:path` in origin-form or `*`, `:scheme` of the connection, `:authority` or Host, and
  /// where both stand they agree (RFC 9113 §8.3.1).
  static RequestLine ofHttp2(
      String path,
      String scheme,
      Optional<String> claimedScheme,
      Optional<String> claimedAuthority,
      Optional<String> host)
      throws Refusal {
    if (claimedScheme.isEmpty() || !claimedScheme.get().equalsIgnoreCase(scheme)) {
      throw Refusal.malformed(":scheme: expected " + scheme);
    }
    if (claimedAuthority.isEmpty() && host.isEmpty()) {
      throw Refusal.malformed(":authority: expected it or Host, came none");
    }
    if (claimedAuthority.isPresent()) {
      Authority.check(claimedAuthority.get());
      if (host.isPresent() && !host.get().equalsIgnoreCase(claimedAuthority.get())) {
        throw Refusal.malformed("Host: expected the same as :authority");
      }
    }
    return new RequestLine(path, claimedAuthority.or(() -> host).orElse(""));
  }
}
