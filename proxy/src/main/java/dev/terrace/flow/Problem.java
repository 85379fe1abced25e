package dev.terrace.flow;

import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import dev.terrace.rules.ProxyStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/// An error that Terrace answers itself: `application/problem+json` (RFC 9457), with Proxy-Status
/// (RFC 9209) where Terrace acts as a proxy. Never stored by anyone.
///
/// @param head status and fields, without Content-Length
/// @param body the JSON, to be read once
public record Problem(ResponseHead head, ByteBuffer body) {
  private static final Map<Integer, String> TITLES =
      Map.ofEntries(
          Map.entry(400, "Bad Request"),
          Map.entry(401, "Unauthorized"),
          Map.entry(403, "Forbidden"),
          Map.entry(404, "Not Found"),
          Map.entry(405, "Method Not Allowed"),
          Map.entry(408, "Request Timeout"),
          Map.entry(409, "Conflict"),
          Map.entry(413, "Content Too Large"),
          Map.entry(414, "URI Too Long"),
          Map.entry(415, "Unsupported Media Type"),
          Map.entry(417, "Expectation Failed"),
          Map.entry(421, "Misdirected Request"),
          Map.entry(422, "Unprocessable Content"),
          Map.entry(429, "Too Many Requests"),
          Map.entry(431, "Request Header Fields Too Large"),
          Map.entry(500, "Internal Server Error"),
          Map.entry(502, "Bad Gateway"),
          Map.entry(503, "Service Unavailable"),
          Map.entry(504, "Gateway Timeout"),
          Map.entry(505, "HTTP Version Not Supported"),
          Map.entry(508, "Loop Detected"));

  /// A problem that is no proxy error.
  ///
  /// @param detail what was expected and what came; no secrets
  public static Problem of(int status, String detail) {
    return of(status, detail, Optional.empty());
  }

  /// A problem of Terrace as a proxy.
  ///
  /// @param error what went wrong
  public static Problem of(int status, String detail, ProxyStatus.Type error) {
    return of(status, detail, Optional.of(error));
  }

  /// The same with the trace by which a log tells more.
  ///
  /// @param traceId hexadecimal digits
  Problem traced(String traceId) {
    String json = StandardCharsets.UTF_8.decode(body.duplicate()).toString();
    String with = json.substring(0, json.lastIndexOf('}')) + ",\"traceId\":\"" + traceId + "\"}\n";
    return new Problem(head, ByteBuffer.wrap(with.getBytes(StandardCharsets.UTF_8)));
  }

  private static Problem of(int status, String detail, Optional<ProxyStatus.Type> error) {
    Headers.Builder headers =
        Headers.builder()
            .add("Content-Type", "application/problem+json")
            .add("Cache-Control", "no-store");
    error.ifPresent(type -> headers.add("Proxy-Status", new ProxyStatus(type, detail).toString()));
    String json =
        "{\"type\":\"about:blank\",\"title\":"
            + json(TITLES.getOrDefault(status, "Error"))
            + ",\"status\":"
            + status
            + ",\"detail\":"
            + json(detail)
            + "}\n";
    return new Problem(
        new ResponseHead(status, headers.build()),
        ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static String json(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
