package dev.terrace.http;

import java.util.Optional;

/// The normal form of a request target (`product.md` 2, RFC 3986 §6.2.2): in the path,
/// percent-encoding in upper case, unreserved characters decoded, dot segments resolved, encoded
/// ones too. The query stays as it came; `//`, `;`, `%2F` and case stay distinct.
///
/// Normalising twice changes nothing more.
public final class RequestTarget {
  private static final char[] UPPER_HEX = "0123456789ABCDEF".toCharArray();

  private RequestTarget() {}

  /// The normal form; the same string where it is normal already; empty where it climbs above the
  /// root.
  ///
  /// @param target origin-form or `*`, found sound by [RequestCheck]
  public static Optional<String> normalised(String target) {
    int pathEnd = normalUpTo(target);
    if (pathEnd == target.length() || target.charAt(pathEnd) == '?') {
      return Optional.of(target);
    }
    int query = target.indexOf('?');
    int end = query < 0 ? target.length() : query;
    StringBuilder path = new StringBuilder(target.length());
    decode(target, end, path);
    if (!resolveDotSegments(path)) {
      return Optional.empty();
    }
    return Optional.of(path.append(target, end, target.length()).toString());
  }

  /// Where the path ends if it is normal, else where it first is not.
  private static int normalUpTo(String target) {
    int length = target.length();
    for (int i = 0; i < length; i++) {
      char c = target.charAt(i);
      if (c == '?') {
        return i;
      }
      if (c == '%' && !isNormalEncoding(target, i)) {
        return i;
      }
      if (c == '.' && i > 0 && target.charAt(i - 1) == '/' && isDotSegment(target, i)) {
        return i;
      }
    }
    return length;
  }

  private static boolean isNormalEncoding(String target, int percent) {
    char high = target.charAt(percent + 1);
    char low = target.charAt(percent + 2);
    char decoded = (char) (16 * ByteClass.hex(high) + ByteClass.hex(low));
    return high < 'a' && low < 'a' && !isUnreserved(decoded);
  }

  private static boolean isUnreserved(char c) {
    return ByteClass.is(c, ByteClass.UNRESERVED);
  }

  /// Whether the segment that begins with the dot at `i` is `.` or `..`.
  private static boolean isDotSegment(String target, int i) {
    int next = i + 1 < target.length() && target.charAt(i + 1) == '.' ? i + 2 : i + 1;
    return next == target.length() || target.charAt(next) == '/' || target.charAt(next) == '?';
  }

  private static void decode(String target, int end, StringBuilder path) {
    for (int i = 0; i < end; i++) {
      char c = target.charAt(i);
      if (c != '%') {
        path.append(c);
        continue;
      }
      int high = ByteClass.hex(target.charAt(++i));
      int low = ByteClass.hex(target.charAt(++i));
      char decoded = (char) (16 * high + low);
      if (isUnreserved(decoded)) {
        path.append(decoded);
      } else {
        path.append('%').append(UPPER_HEX[high]).append(UPPER_HEX[low]);
      }
    }
  }

  /// RFC 3986 §5.2.4 in place; false if `..` has nothing left to remove.
  private static boolean resolveDotSegments(StringBuilder path) {
    int written = 0;
    int read = 0;
    while (read < path.length()) {
      int next = path.indexOf("/", read + 1);
      int end = next < 0 ? path.length() : next;
      boolean last = next < 0;
      int dots = dots(path, read + 1, end);
      if (dots == 0) {
        while (read < end) {
          path.setCharAt(written++, path.charAt(read++));
        }
      } else {
        if (dots == 2) {
          if (written == 0) {
            return false;
          }
          written = path.lastIndexOf("/", written - 1);
        }
        if (last) {
          path.setCharAt(written++, '/');
        }
      }
      read = end;
    }
    path.setLength(written);
    return true;
  }

  /// How many dots the segment is made of, 1 or 2; 0 for every other segment.
  private static int dots(StringBuilder path, int from, int end) {
    int length = end - from;
    boolean dotsOnly =
        (length == 1 || length == 2) && path.charAt(from) == '.' && path.charAt(end - 1) == '.';
    return dotsOnly ? length : 0;
  }
}
