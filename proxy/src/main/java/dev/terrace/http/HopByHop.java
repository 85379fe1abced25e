package dev.terrace.http;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// The fields that belong to one connection and are never passed on (RFC 9110 §7.6.1).
public final class HopByHop {
  /// What Connection may not name away: without these a message would mean something else, to the
  /// safety gate, to the target or to the next cache (security.md S4). In lower case.
  private static final Set<String> PROTECTED =
      Set.of(
          "age",
          "authorization",
          "cache-control",
          "cdn-cache-control",
          "cdn-loop",
          "content-encoding",
          "content-length",
          "content-range",
          "content-type",
          "cookie",
          "date",
          "expires",
          "forwarded",
          "host",
          "pragma",
          "range",
          "set-cookie",
          "terrace-cache-control",
          "vary",
          "via",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-proto");

  private HopByHop() {}

  /// These fields without hop-by-hop ones and those that Connection names; the same object where
  /// there are none.
  public static Headers without(Headers fields) {
    Set<String> named = namedByConnection(fields);
    return fields.filtered((name, value) -> !isHopByHop(name) && !named.contains(name));
  }

  /// Whether a field of this name belongs to the connection, whatever Connection says.
  ///
  /// The fields of proxy authentication are among them: they are between a client and a proxy of
  /// its own choice, which this is not.
  public static boolean isHopByHop(String name) {
    return switch (name.length()) {
      case 2 -> name.equalsIgnoreCase("TE");
      case 7 -> name.equalsIgnoreCase("Upgrade");
      case 10 -> name.equalsIgnoreCase("Connection") || name.equalsIgnoreCase("Keep-Alive");
      case 14 -> name.equalsIgnoreCase("HTTP2-Settings");
      case 16 -> name.equalsIgnoreCase("Proxy-Connection");
      case 17 -> name.equalsIgnoreCase("Transfer-Encoding");
      case 18 -> name.equalsIgnoreCase("Proxy-Authenticate");
      case 19 -> name.equalsIgnoreCase("Proxy-Authorization");
      case 25 -> name.equalsIgnoreCase("Proxy-Authentication-Info");
      default -> false;
    };
  }

  /// The names of the fields that Connection makes hop-by-hop, in a set that takes no heed of case;
  /// without the options that are no field (`close`, `keep-alive`) and without fields that it may
  /// not name away.
  public static Set<String> namedByConnection(Headers fields) {
    Set<String> names = Set.of();
    int line = fields.indexOf("Connection", 0);
    for (; line >= 0; line = fields.indexOf("Connection", line + 1)) {
      String value = fields.value(line);
      if (value.equalsIgnoreCase("keep-alive") || value.equalsIgnoreCase("close")) {
        continue;
      }
      names = names.isEmpty() ? new TreeSet<>(String.CASE_INSENSITIVE_ORDER) : names;
      for (String option : value.split(",", -1)) {
        String name = option.strip();
        if (!name.isEmpty() && !PROTECTED.contains(name.toLowerCase(Locale.ROOT))) {
          names.add(name);
        }
      }
    }
    return names;
  }
}
