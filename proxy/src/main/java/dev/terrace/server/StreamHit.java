package dev.terrace.server;

import dev.terrace.flow.HitLookup;
import dev.terrace.flow.PlainHit;
import dev.terrace.http.Headers;
import dev.terrace.http.RequestHead;
import dev.terrace.layer.OpenBody;
import dev.terrace.rules.Peer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A plain hit of HTTP/2, answered through Vert.x on the event loop, without a thread.
final class StreamHit {
  /// Larger bodies wait for their client on a thread of their own.
  private static final int MOST_BYTES = 64 << 10;

  private StreamHit() {}

  /// @return whether it was answered
  static boolean answer(
      HttpServerRequest request, RequestHead head, Peer peer, Hits hits, Duration stall) {
    long from = System.nanoTime();
    PlainHit hit = hits.lookup(head, peer).flatMap(HitLookup::find).orElse(null);
    if (hit == null || hit.stored().body().bytes() > MOST_BYTES) {
      return false;
    }
    ByteBuf body = body(hit).orElse(null);
    if (body == null) {
      return false;
    }
    HttpServerResponse response = request.response();
    Headers fields = hit.head().fields(hit.ageSeconds(), hit.ttlSeconds());
    for (int i = 0; i < fields.size(); i++) {
      response.headers().add(fields.name(i), fields.value(i));
    }
    var sent = response.end(BufferInternal.buffer(body));
    if (!sent.isComplete()) {
      giveUpAfter(stall, request, sent::isComplete);
    }
    hits.answered(head, peer, hit, System.nanoTime() - from);
    return true;
  }

  /// Empty if its file is gone, or not what it was.
  private static Optional<ByteBuf> body(PlainHit hit) {
    OpenBody file = hit.file().orElse(null);
    if (file == null) {
      return Optional.of(Unpooled.wrappedBuffer(hit.body()));
    }
    if (file.acquire() == OpenBody.Hold.GONE) {
      return Optional.empty();
    }
    try {
      ByteBuffer read = ByteBuffer.allocate((int) file.bytes());
      file.read(read);
      return Optional.of(Unpooled.wrappedBuffer(read.flip()));
    } catch (IOException failed) {
      // The full lane finds out what is wrong, and what the client gets instead.
      return Optional.empty();
    } finally {
      file.release();
    }
  }

  private static void giveUpAfter(
      Duration stall, HttpServerRequest request, java.util.function.BooleanSupplier isSent) {
    HttpServerConnection connection = (HttpServerConnection) request.connection();
    var _ =
        connection
            .channelHandlerContext()
            .executor()
            .schedule(
                () -> {
                  if (!isSent.getAsBoolean()) {
                    Http2Gate.reset(connection, request.response(), Http2Error.CANCEL);
                  }
                },
                stall.toNanos(),
                TimeUnit.NANOSECONDS);
  }
}
