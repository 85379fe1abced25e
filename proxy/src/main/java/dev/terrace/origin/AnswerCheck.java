package dev.terrace.origin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What an answer's head over HTTP/1.1 must be beyond what Netty's decoder asks of it (http.md 21,
/// security.md "Target side"). Pure.
final class AnswerCheck {
  private AnswerCheck() {}

  /// @throws MalformedAnswer if the status line is not that of RFC 9112 §4 with a status that HTTP
  ///   knows
  static void statusLine(String version, String status, String reason) {
    if (!version.equals("HTTP/1.1") && !version.equals("HTTP/1.0")) {
      throw new MalformedAnswer("the version is neither HTTP/1.1 nor HTTP/1.0");
    }
    boolean known = status.length() == 3 && status.charAt(0) >= '1' && status.charAt(0) <= '5';
    for (int i = 0; known && i < 3; i++) {
      known = isDigit(status.charAt(i));
    }
    if (!known) {
      throw new MalformedAnswer("the status is not three digits from 100 to 599");
    }
    if (hasControl(reason)) {
      throw new MalformedAnswer("the reason phrase holds a control byte");
    }
  }

  /// @throws MalformedAnswer if the fields are too many, hold a control byte, or state the body's
  ///   length in a way that two readers could understand differently
  static void fields(HttpResponse head, int maxFields) {
    count(head.headers(), maxFields);
    List<String> lengths = head.headers().getAll(HttpHeaderNames.CONTENT_LENGTH);
    List<String> codings = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (lengths.size() > 1 || (lengths.size() == 1 && !isLength(lengths.getFirst()))) {
      throw new MalformedAnswer("Content-Length is not one plain number");
    }
    if (!lengths.isEmpty() && !codings.isEmpty()) {
      throw new MalformedAnswer("both Content-Length and Transfer-Encoding are given");
    }
    if (namesChunked(codings) && !(codings.size() == 1 && isChunked(codings.getFirst()))) {
      throw new MalformedAnswer("Transfer-Encoding has chunked and something else");
    }
  }

  /// @throws MalformedAnswer if the fields are too many or hold a control byte
  static void count(HttpHeaders fields, int maxFields) {
    int count = 0;
    for (Map.Entry<String, String> field : fields) {
      if (++count > maxFields) {
        throw new MalformedAnswer("more than " + maxFields + " fields");
      }
      if (hasControl(field.getValue())) {
        throw new MalformedAnswer("a field value holds a control byte");
      }
    }
  }

  private static boolean isLength(String value) {
    if (value.isEmpty() || (value.length() > 1 && value.charAt(0) == '0')) {
      return false;
    }
    for (int i = 0; i < value.length(); i++) {
      if (!isDigit(value.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean namesChunked(List<String> codings) {
    for (String coding : codings) {
      if (coding.toLowerCase(Locale.ROOT).contains("chunked")) {
        return true;
      }
    }
    return false;
  }

  private static boolean isChunked(String coding) {
    return coding.equalsIgnoreCase("chunked");
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean hasControl(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f) {
        return true;
      }
    }
    return false;
  }
}
