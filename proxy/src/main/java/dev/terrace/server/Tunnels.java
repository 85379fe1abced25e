package dev.terrace.server;

import dev.terrace.flow.Exchange;
import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import io.vertx.core.net.NetSocket;
import java.util.Optional;
import java.util.OptionalLong;

/// Asks the target for WebSocket tunnels (RFC 6455 §4). The wiring connects it to the target's
/// client.
@FunctionalInterface
public interface Tunnels {
  /// Asks, and waits on this virtual thread for the answer.
  ///
  /// @param opened is called if the target agreed, on the exchange's loop, once
  /// @return what is to be answered instead; empty if `opened` was called
  Optional<Declined> open(
      Exchange exchange, String target, String authority, Headers headers, Opened opened)
      throws InterruptedException;

  /// Takes over the connection to the target.
  @FunctionalInterface
  interface Opened {
    /// @param answer the fields of the target's 101 without Connection and Upgrade
    /// @param socket paused; the receiver closes it
    void opened(Headers answer, NetSocket socket);
  }

  /// No tunnel: this is the answer, the target's or Terrace's own.
  ///
  /// @param body the receiver's to close
  record Declined(ResponseHead head, BodyReader body, OptionalLong bodyBytes) {}

  /// For where no tunnel is possible.
  Tunnels NONE =
      (_, _, _, _, _) -> {
        throw new IllegalStateException("no tunnels here");
      };
}
