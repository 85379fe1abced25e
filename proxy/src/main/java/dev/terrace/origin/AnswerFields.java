package dev.terrace.origin;

import dev.terrace.http.Headers;
import dev.terrace.http.HopByHop;
import dev.terrace.http.ResponseHead;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.vertx.core.http.HttpClientResponse;
import java.util.Map;
import java.util.OptionalLong;

/// The fields of the target's answers: which belong to the connection and go no further (RFC 9110
/// §7.6.1).
final class AnswerFields {
  private AnswerFields() {}

  /// Removes the fields that Connection names, before Connection itself is rewritten.
  static void removeNamed(HttpHeaders fields) {
    Headers.Builder options = Headers.builder();
    for (String value : fields.getAll(HttpHeaderNames.CONNECTION)) {
      options.add("Connection", value);
    }
    HopByHop.namedByConnection(options.build()).forEach(fields::remove);
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
      if (!name.startsWith(":") && !HopByHop.isHopByHop(name)) {
        result.add(name, field.getValue());
      }
    }
    return result.build();
  }
}
