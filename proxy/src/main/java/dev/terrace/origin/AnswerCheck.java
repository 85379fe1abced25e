package dev.terrace.origin;

import dev.terrace.http.Digits;
import dev.terrace.http.Token;
import java.util.Locale;
import java.util.Map;

/// What the head of an answer must be beyond what Netty's decoders ask of it (http.md 21,
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
    if (!known || Digits.parse(status) < 0) {
      throw new MalformedAnswer("the status is not three digits from 100 to 599");
    }
    if (hasControl(reason)) {
      throw new MalformedAnswer("the reason phrase holds a control byte");
    }
  }

  /// Judges the fields of a head, and by them how the body is framed.
  ///
  /// @throws MalformedAnswer if the fields are too many, not what RFC 9110 §5 allows, or state the
  ///   body's length in a way that two readers could understand differently
  static void fields(Iterable<Map.Entry<String, String>> fields, int maxFields) {
    trailers(fields, maxFields);
    int lengths = 0;
    int codings = 0;
    boolean chunked = false;
    boolean chunkedAlone = true;
    for (Map.Entry<String, String> field : fields) {
      String value = field.getValue();
      if (field.getKey().equalsIgnoreCase("Content-Length")) {
        lengths++;
        if (!isLength(value)) {
          throw new MalformedAnswer("Content-Length is not a plain number");
        }
      } else if (field.getKey().equalsIgnoreCase("Transfer-Encoding")) {
        codings++;
        chunked |= value.toLowerCase(Locale.ROOT).contains("chunked");
        chunkedAlone &= value.equalsIgnoreCase("chunked");
      }
    }
    if (lengths > 1) {
      throw new MalformedAnswer("more than one Content-Length");
    }
    if (lengths > 0 && codings > 0) {
      throw new MalformedAnswer("both Content-Length and Transfer-Encoding");
    }
    if (chunked && (codings > 1 || !chunkedAlone)) {
      throw new MalformedAnswer("Transfer-Encoding has chunked and something else");
    }
  }

  /// @throws MalformedAnswer if the fields are too many, or not what RFC 9110 §5 allows
  static void trailers(Iterable<Map.Entry<String, String>> fields, int maxFields) {
    int count = 0;
    for (Map.Entry<String, String> field : fields) {
      if (++count > maxFields) {
        throw new MalformedAnswer("more than " + maxFields + " fields");
      }
      if (!Token.is(field.getKey())) {
        throw new MalformedAnswer("a field name is not a token");
      }
      if (hasControl(field.getValue())) {
        throw new MalformedAnswer("a field value holds a control byte");
      }
    }
  }

  private static boolean isLength(String value) {
    long length = Digits.parse(value);
    boolean padded = value.length() > 1 && value.charAt(0) == '0';
    return length >= 0 && length < Long.MAX_VALUE && !padded;
  }

  static boolean hasControl(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f) {
        return true;
      }
    }
    return false;
  }
}
