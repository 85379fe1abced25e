package dev.terrace.http;

/// Which characters may stand where, one table look-up each: sets of bits over ISO 8859-1.
final class ByteClass {
  /// tchar (RFC 9110 §5.6.2).
  static final int TOKEN = 1;

  /// In a path: what a URI allows there, and what browsers send unencoded (`product.md` 2).
  static final int PATH = 1 << 1;

  /// In a query: the same, braces, `^` and backtick too.
  static final int QUERY = 1 << 2;

  /// In a host name or IPv4 address; stricter than RFC 3986, whose sub-delims and percent-encoding
  /// no name on the network has.
  static final int HOST = 1 << 3;

  /// In an IPv6 address in brackets.
  static final int IPV6 = 1 << 4;

  /// In a field value: printable, space, tab, and obs-text (RFC 9110 §5.5).
  static final int VALUE = 1 << 5;

  static final int UPPER = 1 << 6;

  /// Unreserved (RFC 3986 §2.3): never needs percent-encoding.
  static final int UNRESERVED = 1 << 7;

  private static final int SIZE = 256;
  private static final short[] CLASSES = new short[SIZE];

  static {
    for (char c = 0; c < SIZE; c++) {
      if (c == '\t' || (c >= ' ' && c != 0x7f)) {
        CLASSES[c] |= VALUE;
      }
      if (c > ' ' && c < 0x7f && "\"<>#\\".indexOf(c) < 0) {
        CLASSES[c] |= QUERY;
        CLASSES[c] |= (short) ("{}^`?".indexOf(c) < 0 ? PATH : 0);
      }
    }
    mark("abcdefghijklmnopqrstuvwxyz0123456789", TOKEN | HOST | UNRESERVED);
    mark("ABCDEFGHIJKLMNOPQRSTUVWXYZ", TOKEN | HOST | UNRESERVED | UPPER);
    mark("-._~", HOST | UNRESERVED);
    mark("!#$%&'*+-.^_`|~", TOKEN);
    mark("0123456789abcdefABCDEF:.", IPV6);
  }

  private ByteClass() {}

  private static void mark(String characters, int bits) {
    for (int i = 0; i < characters.length(); i++) {
      CLASSES[characters.charAt(i)] |= (short) bits;
    }
  }

  /// Whether `c` is in one of the classes `bits`; never so past ISO 8859-1.
  static boolean is(char c, int bits) {
    return c < SIZE && (CLASSES[c] & bits) != 0;
  }

  /// The first position from `from` up to `to` whose character is in none of the classes; `to` if
  /// all are.
  static int firstOutside(String text, int from, int to, int bits) {
    int i = from;
    while (i < to && is(text.charAt(i), bits)) {
      i++;
    }
    return i;
  }

  /// The value of a hexadecimal digit, else -1.
  static int hex(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' && c < 0x80 ? lower - 'a' + 10 : -1;
  }
}
