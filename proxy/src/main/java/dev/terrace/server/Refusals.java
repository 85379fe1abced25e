package dev.terrace.server;

import dev.terrace.http.HttpVersion;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/// Is told, on event loops and request threads, of requests that were answered without being
/// served: malformed, or past a limit. It never blocks and never throws.
@FunctionalInterface
public interface Refusals {
  /// A request that was refused, as far as it was understood; nothing of it was checked.
  ///
  /// @param peer address of the client's connection
  /// @param method empty if it is not known
  /// @param url authority and target, credentials and all; empty if it is not known
  /// @param version of the connection
  /// @param status answered
  /// @param bytes of body sent
  record Refused(
      String peer, String method, String url, HttpVersion version, int status, long bytes) {}

  void on(Refused refused);

  /// Whose connection it is.
  static String peer(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress address
            && address.getAddress() != null
        ? address.getAddress().getHostAddress()
        : "";
  }

  /// Tells nobody.
  Refusals NONE = refused -> {};
}
