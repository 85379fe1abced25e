package dev.terrace.origin;

import dev.terrace.http.Headers;
import io.vertx.core.net.NetSocket;

/// Takes over a connection to the target that has become a tunnel (RFC 9110 §7.8).
@FunctionalInterface
public interface TunnelHandler {
  /// The target answered 101. Called on the request's loop, before any later event of the socket,
  /// so that handlers attached here miss nothing. The receiver closes the socket.
  ///
  /// @param answer the fields of the 101 without Connection and Upgrade: the one who passes it on
  ///   writes those
  /// @param target paused; its first bytes wait for `resume`
  void opened(Headers answer, NetSocket target);
}
