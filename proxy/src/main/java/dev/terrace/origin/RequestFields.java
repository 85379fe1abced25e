package dev.terrace.origin;

import dev.terrace.http.Headers;
import dev.terrace.http.Token;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.Locale;
import java.util.Set;

/// Writes the fields of a request to the target: those given, and the framing, which is ours alone
/// (security.md S4).
final class RequestFields {
  private static final Set<String> WRITTEN_HERE =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "http2-settings",
          "keep-alive",
          "proxy-connection",
          "transfer-encoding",
          "upgrade");

  /// Methods for which a missing body is stated (RFC 9110 §8.6).
  private static final Set<String> EXPECT_BODY = Set.of("POST", "PUT", "PATCH");

  private RequestFields() {}

  static void write(HttpClientRequest exchange, OriginRequest request) {
    MultiMap fields = exchange.headers();
    if (exchange.version() == HttpVersion.HTTP_2) {
      exchange.authority(HostAndPort.parseAuthority(request.authority(), -1));
    } else {
      fields.add("Host", request.authority());
    }
    for (Headers.Field field : request.headers()) {
      if (!WRITTEN_HERE.contains(field.name().toLowerCase(Locale.ROOT))) {
        fields.add(field.name(), field.value());
      }
    }
    if (request.body().isEmpty()) {
      if (EXPECT_BODY.contains(request.method())) {
        fields.add("Content-Length", "0");
      }
    } else if (request.bodyBytes().isPresent()) {
      fields.add("Content-Length", Long.toString(request.bodyBytes().getAsLong()));
    } else {
      exchange.setChunked(true);
    }
  }

  /// The head that asks for a WebSocket (RFC 6455 §4.1). Vert.x recognises a tunnel by exactly this
  /// value of Connection.
  static void writeUpgrade(HttpClientRequest exchange, OriginRequest request) {
    write(exchange, request);
    exchange.headers().add("Connection", "Upgrade").add("Upgrade", "websocket");
  }

  /// @throws IllegalArgumentException if some part of the head would break its lines: whoever made
  ///   the request should have refused it
  static void check(OriginRequest request) {
    String target = request.target();
    if (!(target.startsWith("/") || target.equals("*")) || !isVisible(target)) {
      throw new IllegalArgumentException("a request target of other than visible ASCII");
    }
    if (!isVisible(request.authority())) {
      throw new IllegalArgumentException("an authority of other than visible ASCII");
    }
    if (!Token.is(request.method())) {
      throw new IllegalArgumentException("a method that is not a token");
    }
    for (Headers.Field field : request.headers()) {
      if (!Token.is(field.name()) || AnswerCheck.hasControl(field.value())) {
        throw new IllegalArgumentException("a field that RFC 9110 §5 does not allow");
      }
    }
  }

  private static boolean isVisible(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) >= 0x7f) {
        return false;
      }
    }
    return true;
  }
}
