package dev.terrace.http;

/// The syntax of request targets (RFC 9112 §3.2, `product.md` 2): which bytes may stand where.
final class TargetCheck {
  private TargetCheck() {}

  /// Judges path and query of an origin-form target.
  ///
  /// @param queryParameters most parameters
  static void check(String target, int queryParameters) throws Refusal {
    if (target.isEmpty() || target.charAt(0) != '/') {
      throw Refusal.malformed("the request target: expected a leading slash");
    }
    int pathEnd = pathEnd(target);
    if (pathEnd < target.length()) {
      checkQuery(target, pathEnd + 1, queryParameters);
    }
  }

  /// Judges the path; where it ends.
  private static int pathEnd(String target) throws Refusal {
    int length = target.length();
    for (int i = 0; i < length; i++) {
      char c = target.charAt(i);
      if (c == '?') {
        return i;
      }
      if (!ByteClass.is(c, ByteClass.PATH)) {
        throw refused(c, i);
      }
      if (c == '%') {
        checkEncoding(target, i);
      }
    }
    return length;
  }

  private static void checkEncoding(String target, int percent) throws Refusal {
    if (percent + 2 >= target.length()) {
      throw Refusal.malformed("the path: expected two hexadecimal digits at its end");
    }
    int high = ByteClass.hex(target.charAt(percent + 1));
    int low = ByteClass.hex(target.charAt(percent + 2));
    if (high < 0 || low < 0) {
      throw Refusal.malformed(
          "the path: expected two hexadecimal digits at position " + (percent + 1));
    }
    if (high + low == 0) {
      throw Refusal.malformed("the path holds an encoded NUL at position " + percent);
    }
  }

  private static void checkQuery(String target, int from, int mostParameters) throws Refusal {
    int parameters = 1;
    for (int i = from; i < target.length(); i++) {
      char c = target.charAt(i);
      if (!ByteClass.is(c, ByteClass.QUERY)) {
        throw refused(c, i);
      }
      if (c == '&') {
        parameters++;
      }
    }
    if (parameters > mostParameters) {
      throw new Refusal(
          414, "the query: expected at most " + mostParameters + " parameters, came " + parameters);
    }
  }

  private static Refusal refused(char c, int position) {
    return Refusal.malformed("the request target holds " + shown(c) + " at position " + position);
  }

  /// A character as messages show it: its code, since it may be one that a terminal obeys.
  static String shown(char c) {
    return "byte 0x" + Integer.toHexString(c);
  }
}
