package dev.terrace.rules;

import dev.terrace.http.Headers;
import java.util.ArrayList;
import java.util.List;

/// The cookies of a request (RFC 6265 §4.2.1): names are case-sensitive, a name may stand twice.
final class Cookies {
  private Cookies() {}

  /// The values of every cookie of this name, in order, quotes kept.
  static List<String> values(Headers fields, String name) {
    List<String> values = new ArrayList<>(1);
    int line = fields.indexOf("Cookie", 0);
    for (; line >= 0; line = fields.indexOf("Cookie", line + 1)) {
      for (String pair : fields.value(line).split(";", -1)) {
        int equals = pair.indexOf('=');
        if (equals >= 0 && pair.substring(0, equals).strip().equals(name)) {
          values.add(pair.substring(equals + 1).strip());
        }
      }
    }
    return values;
  }
}
