package dev.terrace.rules;

import java.util.Locale;

/// A URI reference (RFC 3986 §4.1) split as far as origins and paths need it: nothing is decoded or
/// normalised, and what is odd stays as it is.
///
/// @param text as it came
/// @param scheme in lower case; empty if it has none
/// @param authority empty if it has none
/// @param rest path, query and fragment
record UrlReference(String text, String scheme, String authority, String rest) {
  static UrlReference of(String text) {
    int colon = text.indexOf(':');
    boolean hasScheme = colon > 0 && text.chars().limit(colon).allMatch(UrlReference::isScheme);
    String scheme = hasScheme ? text.substring(0, colon).toLowerCase(Locale.ROOT) : "";
    String behind = hasScheme ? text.substring(colon + 1) : text;
    if (!behind.startsWith("//")) {
      return new UrlReference(text, scheme, "", behind);
    }
    int end = 2;
    while (end < behind.length() && "/?#".indexOf(behind.charAt(end)) < 0) {
      end++;
    }
    String rest = behind.substring(end);
    return new UrlReference(
        text, scheme, behind.substring(2, end), rest.startsWith("/") ? rest : "/" + rest);
  }

  /// Whether it is a path from the root, of whatever origin the base has.
  boolean isAbsolutePath() {
    return scheme.isEmpty() && authority.isEmpty() && rest.startsWith("/");
  }

  /// Whether it names this origin, by scheme and host or, without a scheme, by host.
  boolean hasOrigin(String otherScheme, String otherHost) {
    String known = scheme.isEmpty() ? otherScheme : scheme;
    return !authority.isEmpty()
        && known.equals(otherScheme)
        && withoutDefaultPort(known, authority).equals(withoutDefaultPort(known, otherHost));
  }

  /// The same without its fragment, and a path relative to `base` as an absolute one (RFC 3986
  /// §5.2).
  ///
  /// @param base origin-form
  UrlReference resolvedAt(String base) {
    int fragment = text.indexOf('#');
    UrlReference plain = fragment < 0 ? this : of(text.substring(0, fragment));
    if (!plain.scheme.isEmpty() || !plain.authority.isEmpty() || plain.rest.startsWith("/")) {
      return plain;
    }
    int query = base.indexOf('?');
    String path = query < 0 ? base : base.substring(0, query);
    if (plain.rest.isEmpty()) {
      return of(base);
    }
    return of(
        plain.rest.startsWith("?")
            ? path + plain.rest
            : path.substring(0, path.lastIndexOf('/') + 1) + plain.rest);
  }

  /// The authority in lower case, without the port that its scheme has anyway (RFC 9110 §4.2.3).
  static String withoutDefaultPort(String scheme, String authority) {
    String port = scheme.equals("https") ? ":443" : ":80";
    String lower = authority.toLowerCase(Locale.ROOT);
    return lower.endsWith(port) ? lower.substring(0, lower.length() - port.length()) : lower;
  }

  private static boolean isScheme(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '+'
        || c == '-'
        || c == '.';
  }
}
