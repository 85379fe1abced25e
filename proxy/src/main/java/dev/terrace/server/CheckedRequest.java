package dev.terrace.server;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/// A decoded HTTP/1 request that carries what the gate made of it through Vert.x.
final class CheckedRequest extends DefaultHttpRequest {
  private static final byte[] NONE = {};

  private @Nullable Arrival arrival;
  private byte[] bytes = NONE;

  CheckedRequest(HttpRequest decoded) {
    super(decoded.protocolVersion(), decoded.method(), decoded.uri(), decoded.headers());
  }

  /// Set by the gate before anyone else sees the request.
  Arrival arrival() {
    if (arrival == null) {
      throw new IllegalStateException("a request that passed no gate");
    }
    return arrival;
  }

  void arrival(Arrival judged) {
    arrival = judged;
  }

  /// The bytes that this is, to the last one, where it came whole, has no body and is worth
  /// knowing; else none.
  byte[] bytes() {
    return bytes;
  }

  void bytes(byte[] whole) {
    bytes = whole;
  }
}
