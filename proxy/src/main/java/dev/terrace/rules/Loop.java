package dev.terrace.rules;

import dev.terrace.http.Headers;

/// Whether a request has passed here before (RFC 9110 §7.6.3, RFC 8586).
final class Loop {
  private Loop() {}

  static boolean passedBefore(Headers fields, String pseudonym) {
    return names(fields, "Via", pseudonym) || names(fields, "CDN-Loop", pseudonym);
  }

  /// Whether a member of the list has the pseudonym as one of its words: received-by in Via, cdn-id
  /// in CDN-Loop. A comment or parameter that holds it as a word counts too: no honest one does.
  private static boolean names(Headers fields, String field, String pseudonym) {
    for (int i = fields.indexOf(field, 0); i >= 0; i = fields.indexOf(field, i + 1)) {
      String value = fields.value(i);
      for (int at = 0; at + pseudonym.length() <= value.length(); at++) {
        if (value.regionMatches(true, at, pseudonym, 0, pseudonym.length())
            && isBoundary(value, at - 1)
            && isBoundary(value, at + pseudonym.length())) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isBoundary(String value, int at) {
    return at < 0 || at >= value.length() || " \t,;".indexOf(value.charAt(at)) >= 0;
  }
}
