package dev.terrace.origin;

import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.vertx.core.http.HttpClientResponse;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// The fields of the target's answers: which belong to the connection and go no further (RFC 9110
/// §7.6.1).
final class AnswerFields {
  private static final Set<String> OF_THE_CONNECTION =
      Set.of("connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade");

  /// Connection cannot name these away: they decide where the body ends, or whether it may be
  /// stored.
  private static final Set<String> NEVER_NAMED_AWAY =
      Set.of(
          "cache-control",
          "cdn-cache-control",
          "content-encoding",
          "content-length",
          "content-range",
          "content-type",
          "expires",
          "pragma",
          "set-cookie",
          "terrace-cache-control",
          "vary");

  private AnswerFields() {}

  /// Removes the fields that Connection names, before Connection itself is rewritten.
  static void removeNamed(HttpHeaders fields) {
    for (String value : fields.getAll(HttpHeaderNames.CONNECTION)) {
      for (String option : value.split(",", -1)) {
        String name = option.strip().toLowerCase(Locale.ROOT);
        if (!name.isEmpty()
            && !NEVER_NAMED_AWAY.contains(name)
            && !OF_THE_CONNECTION.contains(name)) {
          fields.remove(name);
        }
      }
    }
  }

  /// The head as it goes further. A 204 states no length (RFC 9110 §8.6).
  static ResponseHead head(HttpClientResponse response) {
    Headers fields = endToEnd(response.headers());
    int status = response.statusCode();
    return new ResponseHead(status, status == 204 ? fields.without("Content-Length") : fields);
  }

  /// The length of the body as the head states it; a body that cannot be has none.
  static OptionalLong bodyBytes(String method, HttpClientResponse response) {
    if (ResponseHead.isBodiless(method, response.statusCode())) {
      return OptionalLong.of(0);
    }
    String stated = response.getHeader("Content-Length");
    return stated == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(stated));
  }

  /// The fields that go further; HTTP/2's pseudo-fields do not.
  static Headers endToEnd(Iterable<Map.Entry<String, String>> fields) {
    Headers.Builder result = Headers.builder();
    for (Map.Entry<String, String> field : fields) {
      String name = field.getKey();
      if (!name.startsWith(":") && !OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
        result.add(name, field.getValue());
      }
    }
    return result.build();
  }
}
