package dev.terrace.server;

import dev.terrace.flow.PlainHit;
import dev.terrace.http.RequestHead;
import dev.terrace.rules.Peer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Answers plain hits of one HTTP/1.1 connection where they are decoded, past Vert.x: head and body
/// go into one pooled buffer, with those of other hits that came in the same read. Used on the
/// connection's event loop alone; the gate keeps the order.
final class FastLane {
  /// What is gathered before it is written, and the largest body that is copied to be gathered: a
  /// larger one is written as it lies in memory.
  private static final int BATCH_BYTES = 64 << 10;

  private static final FastThreadLocal<byte[]> HEAD =
      new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
          return new byte[4 << 10];
        }
      };

  private final Hits hits;
  private final Peer peer;
  private final BooleanSupplier isClosed;
  private @Nullable ByteBuf batch;
  private boolean unflushed;

  /// @param isClosed while true nothing is answered here
  FastLane(Hits hits, Peer peer, BooleanSupplier isClosed) {
    this.hits = hits;
    this.peer = peer;
    this.isClosed = isClosed;
  }

  /// @param encoder the context of the encoder, past which answers are written
  /// @param request checked, and without a body
  /// @return whether it was answered
  boolean answer(ChannelHandlerContext encoder, RequestHead request) {
    if (isClosed.getAsBoolean() || !encoder.channel().isWritable()) {
      return false;
    }
    long from = System.nanoTime();
    PlainHit hit = hits.find(request, peer).orElse(null);
    if (hit == null) {
      return false;
    }
    ByteBuffer body = hit.stored().body().inMemory().orElse(null);
    if (body == null) {
      return false;
    }
    put(encoder, hit, body);
    unflushed = true;
    hits.answered(request, peer, hit, System.nanoTime() - from);
    return true;
  }

  private void put(ChannelHandlerContext encoder, PlainHit hit, ByteBuffer body) {
    int most = hit.head().mostBytes();
    byte[] head = HEAD.get();
    if (head.length < most) {
      head = new byte[most];
    }
    int headBytes = hit.head().write(head, 0, hit.ageSeconds(), hit.ttlSeconds());
    int copied = body.remaining() <= BATCH_BYTES ? body.remaining() : 0;
    ByteBuf to = room(encoder, headBytes + copied);
    to.writeBytes(head, 0, headBytes);
    if (copied > 0) {
      to.writeBytes(body);
    } else if (body.hasRemaining()) {
      write(encoder);
      var _ = encoder.write(Unpooled.wrappedBuffer(body), encoder.voidPromise());
    }
  }

  private ByteBuf room(ChannelHandlerContext encoder, int bytes) {
    if (batch != null && batch.readableBytes() + bytes > BATCH_BYTES) {
      write(encoder);
    }
    if (batch == null) {
      batch = encoder.alloc().directBuffer(bytes);
    }
    return batch;
  }

  /// Writes what was gathered, so that what others write comes after it.
  void write(ChannelHandlerContext encoder) {
    ByteBuf gathered = batch;
    if (gathered != null) {
      batch = null;
      var _ = encoder.write(gathered, encoder.voidPromise());
    }
  }

  /// Sends what was answered since the last time.
  ///
  /// @return whether there was anything
  boolean flush(ChannelHandlerContext encoder) {
    if (!unflushed) {
      return false;
    }
    unflushed = false;
    write(encoder);
    encoder.flush();
    return true;
  }

  /// The connection is over.
  void release() {
    if (batch != null) {
      batch.release();
      batch = null;
    }
  }
}
