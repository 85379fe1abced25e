package dev.terrace.server;

import dev.terrace.http.Headers;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Headers;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.Locale;

/// Sends 1xx responses of any status (RFC 9110 §15.2), for which Vert.x has no call. On the event
/// loop, while nothing of the final answer was written: then Vert.x holds nothing back, and what
/// goes past it is in order.
final class Interim {
  private Interim() {}

  static void send(
      HttpServerConnection connection, HttpServerResponse response, Outbox.Step.Interim interim) {
    if (response.headWritten()) {
      return;
    }
    ChannelHandlerContext context = connection.channelHandlerContext();
    if (context.handler() instanceof Http2ConnectionHandler http2) {
      var _ =
          http2
              .encoder()
              .writeHeaders(
                  context,
                  response.streamId() > 0 ? (int) response.streamId() : 0,
                  http2Head(interim.status(), interim.headers()),
                  0,
                  false,
                  context.newPromise());
      context.flush();
    } else {
      var _ =
          context
              .pipeline()
              .context(RawHead.ENCODER)
              .writeAndFlush(RawHead.encode(context.alloc(), interim.status(), interim.headers()));
    }
  }

  static Http2Headers http2Head(int status, Headers headers) {
    Http2Headers head = new DefaultHttp2Headers().status(Integer.toString(status));
    for (int i = 0; i < headers.size(); i++) {
      head.add(headers.name(i).toLowerCase(Locale.ROOT), headers.value(i));
    }
    return head;
  }
}
