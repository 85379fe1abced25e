package dev.terrace.server;

import dev.terrace.http.Headers;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.TimeUnit;

/// Two sockets that carry each other's bytes: a client's connection after the handshake of its
/// WebSocket, and the target's. Each is read only as fast as the other takes; each closes the
/// other. On the event loop that both share.
final class Tunnel {
  private Tunnel() {}

  /// Answers the client's handshake with the target's fields and joins the two.
  static void join(HttpServerRequest request, Headers answer, NetSocket target, Limits limits) {
    HttpServerConnection connection = (HttpServerConnection) request.connection();
    ChannelPipeline pipeline = connection.channelHandlerContext().pipeline();
    Http1Gate gate = pipeline.get(Http1Gate.class);
    if (!pipeline.channel().isActive() || !gate.becomeTunnel()) {
      target.close();
      var _ = pipeline.channel().close();
      return;
    }
    HttpServerResponse response = request.response();
    response.headers().add("Connection", "Upgrade").add("Upgrade", "websocket");
    answer.forEach(field -> response.headers().add(field.name(), field.value()));
    request
        .toNetSocket()
        .onFailure(_ -> target.close())
        .onSuccess(
            client -> {
              pipeline.remove(gate);
              pipeline.addBefore(
                  "handler",
                  "idle",
                  new IdleStateHandler(
                      0, 0, limits.tunnelIdle().toMillis(), TimeUnit.MILLISECONDS));
              pump(client, target);
              pump(target, client);
              target.resume();
            });
  }

  private static void pump(NetSocket from, NetSocket to) {
    from.handler(
        bytes -> {
          to.write(bytes);
          if (to.writeQueueFull()) {
            from.pause();
            to.drainHandler(_ -> from.resume());
          }
        });
    from.exceptionHandler(_ -> from.close());
    from.closeHandler(_ -> to.close());
  }
}
