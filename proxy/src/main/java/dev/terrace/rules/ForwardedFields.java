package dev.terrace.rules;

import dev.terrace.http.RequestCheck;
import dev.terrace.http.RequestHead;
import java.util.Locale;
import java.util.Set;

/// The request fields that tell a target about the client or the request in place of the request
/// itself, and who is believed with them (`product.md` 2).
final class ForwardedFields {
  private static final String PREFIX = "X-Forwarded-";

  private static final Set<String> FOR_TRUSTED =
      Set.of("forwarded", "x-real-ip", "x-original-url", "x-rewrite-url", "x-host");

  private static final Set<String> METHOD_OVERRIDES =
      Set.of("x-http-method-override", "x-http-method", "x-method-override");

  private ForwardedFields() {}

  /// Fields that only a trusted peer may send: those above and, since many a target takes `_` for
  /// `-`, every name with an underscore.
  static boolean isForTrusted(String name) {
    return name.regionMatches(true, 0, PREFIX, 0, PREFIX.length())
        || name.indexOf('_') >= 0
        || isOneOf(FOR_TRUSTED, name);
  }

  static boolean isMethodOverride(String name) {
    return isOneOf(METHOD_OVERRIDES, name);
  }

  /// Lower case is made only of names that can be among them.
  private static boolean isOneOf(Set<String> names, String name) {
    char first = name.charAt(0);
    return (first == 'x' || first == 'X' || first == 'f' || first == 'F')
        && names.contains(name.toLowerCase(Locale.ROOT));
  }

  /// What belongs to the framing of this one message: written anew toward the target (security.md
  /// S4). Expect is answered here (http.md 26).
  static boolean isFraming(String name) {
    return name.equalsIgnoreCase("Content-Length") || name.equalsIgnoreCase("Expect");
  }

  /// What [Forwarding] writes anew from the intake.
  static boolean isOwn(String name) {
    return name.equalsIgnoreCase("X-Forwarded-Proto") || name.equalsIgnoreCase("X-Forwarded-Host");
  }

  /// The scheme by which the client came, by a trusted proxy's word or the connection.
  static String clientScheme(RequestHead wire, Peer peer) {
    if (peer.trust() == Peer.Trust.TRUSTED) {
      String told = wire.headers().joined("X-Forwarded-Proto").orElse("").strip();
      if (told.equalsIgnoreCase("https")) {
        return "https";
      }
      if (told.equalsIgnoreCase("http")) {
        return "http";
      }
    }
    return wire.scheme();
  }

  /// The Host that the client named, in lower case, by a trusted proxy's word or the request. A
  /// word that is no host is not believed.
  static String clientHost(RequestHead wire, Peer peer) {
    String host = wire.authority();
    if (peer.trust() == Peer.Trust.TRUSTED) {
      String told = wire.headers().joined("X-Forwarded-Host").orElse("").strip();
      host = RequestCheck.isAuthority(told) ? told : host;
    }
    return host.toLowerCase(Locale.ROOT);
  }
}
