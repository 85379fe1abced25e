package dev.terrace.rules;

import dev.terrace.http.Headers;
import dev.terrace.http.Token;
import dev.terrace.http.Whitespace;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/// The request fields that selected a response (RFC 9111 §4.1, RFC 9110 §12.5.5).
final class VaryNames {
  private VaryNames() {}

  /// In lower case, sorted, none twice.
  ///
  /// @return empty for `*`, and for a member that is no name: no request can be known to match
  static Optional<List<String>> of(Headers request, Headers response) {
    TreeSet<String> names = new TreeSet<>();
    for (String line : response.all("Vary")) {
      for (String member : line.split(",", -1)) {
        String name = Whitespace.trimmed(member).toLowerCase(Locale.ROOT);
        if (name.equals("*") || (!name.isEmpty() && !Token.is(name))) {
          return Optional.empty();
        }
        names.add(name);
      }
    }
    names.remove("");
    if (repeatsOrigin(request, response)) {
      names.add("origin");
    }
    return Optional.of(List.copyOf(names));
  }

  /// Whether the answer names the one origin that asked, which its Vary then should (http.md 14).
  private static boolean repeatsOrigin(Headers request, Headers response) {
    Optional<String> origin = request.first("Origin");
    return origin.isPresent() && origin.equals(response.first("Access-Control-Allow-Origin"));
  }
}
