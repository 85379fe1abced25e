package dev.terrace.http;

/// One pass over the fields of one request: judges each line, and remembers what stands once.
///
/// Names are told apart by their length first, so that an ordinary field costs one comparison at
/// most.
final class FieldScan {
  private static final int NONE = -1;

  private final HttpVersion version;
  private int host = NONE;
  private int cookies;
  private boolean hasContentLength;
  private boolean hasTransferEncoding;
  private boolean hasExpect;

  FieldScan(HttpVersion version) {
    this.version = version;
  }

  /// Judges every line.
  ///
  /// @param headBytes what is left of the head's limit
  void scan(Headers fields, int headBytes) throws Refusal {
    int left = headBytes;
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.name(i);
      String value = fields.value(i);
      left -= name.length() + value.length() + 4;
      if (left < 0) {
        throw new Refusal(431, "the head is longer than allowed");
      }
      checkName(name);
      checkValue(name, value);
      if (version == HttpVersion.HTTP_2) {
        checkHttp2(name, value);
      }
      checkKnown(name, value, i);
    }
    if (hasContentLength && hasTransferEncoding) {
      throw Refusal.malformed("Content-Length and Transfer-Encoding: expected one of them at most");
    }
  }

  /// The line of Host; -1 if there is none.
  int host() {
    return host;
  }

  /// How many Cookie lines there are.
  int cookies() {
    return cookies;
  }

  private static void checkName(String name) throws Refusal {
    if (name.isEmpty()) {
      throw Refusal.malformed("a field without a name");
    }
    int outside = ByteClass.firstOutside(name, 0, name.length(), ByteClass.TOKEN);
    if (outside < name.length()) {
      throw Refusal.malformed(
          "a field name holds "
              + TargetCheck.shown(name.charAt(outside))
              + " at position "
              + outside);
    }
  }

  private static void checkValue(String name, String value) throws Refusal {
    int outside = ByteClass.firstOutside(value, 0, value.length(), ByteClass.VALUE);
    if (outside < value.length()) {
      throw Refusal.malformed(
          name + " holds " + TargetCheck.shown(value.charAt(outside)) + " at position " + outside);
    }
  }

  /// RFC 9113 §8.2: names in lower case, values without blanks around them, nothing that belongs to
  /// a connection.
  private static void checkHttp2(String name, String value) throws Refusal {
    for (int i = 0; i < name.length(); i++) {
      if (ByteClass.is(name.charAt(i), ByteClass.UPPER)) {
        throw Refusal.malformed("a field name of HTTP/2: expected lower case");
      }
    }
    if (!value.isEmpty()
        && (isBlank(value.charAt(0)) || isBlank(value.charAt(value.length() - 1)))) {
      throw Refusal.malformed(name + " of HTTP/2: expected no blanks around the value");
    }
    boolean connectionSpecific =
        switch (name.length()) {
          case 2 -> name.equals("te") && !value.equalsIgnoreCase("trailers");
          case 7 -> name.equals("upgrade");
          case 10 -> name.equals("connection") || name.equals("keep-alive");
          case 16 -> name.equals("proxy-connection");
          case 17 -> name.equals("transfer-encoding");
          default -> false;
        };
    if (connectionSpecific) {
      throw Refusal.malformed(name + ": not allowed in HTTP/2, which frames by itself");
    }
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private void checkKnown(String name, String value, int index) throws Refusal {
    switch (name.length()) {
      case 4 -> {
        if (name.equalsIgnoreCase("Host")) {
          seeHost(value, index);
        }
      }
      case 6 -> {
        if (name.equalsIgnoreCase("Cookie")) {
          cookies++;
        } else if (name.equalsIgnoreCase("Expect")) {
          seeExpect(value);
        }
      }
      case 14 -> {
        if (name.equalsIgnoreCase("Content-Length")) {
          seeContentLength(value);
        }
      }
      case 17 -> {
        if (name.equalsIgnoreCase("Transfer-Encoding")) {
          seeTransferEncoding(value);
        }
      }
      case 18 -> {
        // The WebSocket draft that these belong to has a body of 8 bytes without any framing.
        if (name.equalsIgnoreCase("Sec-WebSocket-Key1")
            || name.equalsIgnoreCase("Sec-WebSocket-Key2")) {
          throw Refusal.malformed(name + ": not part of RFC 6455");
        }
      }
      default -> {}
    }
  }

  private void seeHost(String value, int index) throws Refusal {
    if (host != NONE) {
      throw Refusal.malformed("Host: expected once");
    }
    Authority.check(value);
    host = index;
  }

  /// RFC 9110 §10.1.1.
  private void seeExpect(String value) throws Refusal {
    if (hasExpect || !value.equalsIgnoreCase("100-continue")) {
      throw new Refusal(417, "Expect: expected 100-continue, once");
    }
    hasExpect = true;
  }

  /// One number without sign or leading zeros: what two readers could read as two lengths is
  /// refused (RFC 9112 §6.3).
  private void seeContentLength(String value) throws Refusal {
    int length = value.length();
    boolean sound = !hasContentLength && length > 0 && length <= 19;
    for (int i = 0; sound && i < length; i++) {
      sound = value.charAt(i) >= '0' && value.charAt(i) <= '9';
    }
    sound = sound && (length == 1 || value.charAt(0) != '0');
    if (!sound || (length == 19 && value.compareTo("9223372036854775807") > 0)) {
      throw Refusal.malformed("Content-Length: expected one number from 0 to 2^63-1");
    }
    hasContentLength = true;
  }

  /// Nothing but `chunked` can be told the same way by every reader (RFC 9112 §6.1); HTTP/1.0 has
  /// none.
  private void seeTransferEncoding(String value) throws Refusal {
    if (version == HttpVersion.HTTP_1_0) {
      throw Refusal.malformed("Transfer-Encoding: not part of HTTP/1.0");
    }
    if (hasTransferEncoding || !value.equalsIgnoreCase("chunked")) {
      throw Refusal.malformed("Transfer-Encoding: expected chunked, once");
    }
    hasTransferEncoding = true;
  }
}
