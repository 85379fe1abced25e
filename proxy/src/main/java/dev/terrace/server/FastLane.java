package dev.terrace.server;

import dev.terrace.flow.HitLookup;
import dev.terrace.flow.PlainHit;
import dev.terrace.http.RequestHead;
import dev.terrace.layer.OpenBody;
import dev.terrace.rules.Peer;
import dev.terrace.server.KnownHeads.Known;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Answers plain hits of one HTTP/1.1 connection where they are decoded, past Vert.x: head and body
/// go into one pooled buffer, with those of other hits that came in the same read. Long bodies are
/// written as they lie in memory, or sent from their file. Used on the connection's event loop
/// alone; the gate keeps the order.
final class FastLane {
  /// What is gathered before it is written, and the largest body that is copied to be gathered: a
  /// larger one is written as it lies in memory or in its file.
  private static final int BATCH_BYTES = 64 << 10;

  private static final FastThreadLocal<byte[]> HEAD =
      new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
          return new byte[4 << 10];
        }
      };

  private final Hits hits;
  private final KnownHeads heads;
  private final Peer peer;
  private final Transport transport;
  private final BooleanSupplier isClosed;
  private @Nullable ByteBuf batch;
  private boolean unflushed;

  /// When the last hit of this read was answered, which is when the next one begins; 0 before the
  /// first: reading the clock costs a good part of what a hit does.
  private long fromNanos;

  /// Where the head that was put last begins in the batch.
  private int beforeHead;

  /// What is gathered next is likely as much again.
  private int lastBatchBytes;

  /// How the connection is.
  enum Transport {
    /// Files can be sent as they are.
    CLEARTEXT,
    TLS
  }

  /// @param heads of the connection's event loop
  /// @param isClosed while true nothing is answered here
  FastLane(Hits hits, KnownHeads heads, Peer peer, Transport transport, BooleanSupplier isClosed) {
    this.transport = transport;
    this.hits = hits;
    this.heads = heads;
    this.peer = peer;
    this.isClosed = isClosed;
  }

  /// What is known of a head before it is parsed.
  enum Sight {
    /// It was answered; its bytes are consumed.
    ANSWERED,
    /// It has come before, and is worth knowing.
    AGAIN,
    NEW
  }

  /// Answers the head that stands next in `in` if it is known, as it was answered before.
  ///
  /// @param in from the beginning of a request on
  /// @param encoder the context of the encoder, past which answers are written
  Sight answer(ChannelHandlerContext encoder, ByteBuf in) {
    Known known = heads.find(in, peer);
    if (known == null) {
      return heads.cameBefore() ? Sight.AGAIN : Sight.NEW;
    }
    if (!answer(encoder, known.request(), known.lookup())) {
      // It is taken up again when it is answered again, by what holds then.
      heads.remove(known);
      return Sight.AGAIN;
    }
    in.skipBytes(known.bytes().length);
    return Sight.ANSWERED;
  }

  /// @param encoder the context of the encoder, past which answers are written
  /// @param request checked, and without a body
  /// @param bytes the whole of its head where it is worth knowing, else none
  /// @return whether it was answered
  boolean answer(ChannelHandlerContext encoder, RequestHead request, byte[] bytes) {
    HitLookup lookup = hits.lookup(request, peer).orElse(null);
    if (lookup == null || !answer(encoder, request, lookup)) {
      return false;
    }
    if (bytes.length > 0) {
      heads.add(new Known(bytes, peer, request, lookup));
    }
    return true;
  }

  private boolean answer(ChannelHandlerContext encoder, RequestHead request, HitLookup lookup) {
    if (isClosed.getAsBoolean() || !encoder.channel().isWritable()) {
      return false;
    }
    long from = fromNanos == 0 ? System.nanoTime() : fromNanos;
    PlainHit hit = lookup.find().orElse(null);
    if (hit == null || !put(encoder, hit)) {
      return false;
    }
    unflushed = true;
    fromNanos = System.nanoTime();
    hits.answered(request, peer, hit, fromNanos - from);
    return true;
  }

  /// @return whether it was answered: a file may be gone, or not what it was
  private boolean put(ChannelHandlerContext encoder, PlainHit hit) {
    OpenBody file = hit.file().orElse(null);
    if (file == null) {
      putBuffer(encoder, hit);
      return true;
    }
    boolean isLong = file.bytes() > BATCH_BYTES;
    if ((isLong && transport == Transport.TLS) || file.acquire() == OpenBody.Hold.GONE) {
      return false;
    }
    if (isLong) {
      putHead(encoder, hit, 0);
      write(encoder);
      var _ = encoder.write(new FileSpan(file, encoder.channel()), encoder.voidPromise());
      return true;
    }
    try {
      return putRead(encoder, hit, file);
    } finally {
      file.release();
    }
  }

  private void putBuffer(ChannelHandlerContext encoder, PlainHit hit) {
    ByteBuffer body = hit.body();
    int copied = body.remaining() <= BATCH_BYTES ? body.remaining() : 0;
    ByteBuf to = putHead(encoder, hit, copied);
    if (copied > 0) {
      to.writeBytes(body);
    } else if (body.hasRemaining()) {
      write(encoder);
      var _ = encoder.write(Unpooled.wrappedBuffer(body), encoder.voidPromise());
    }
  }

  private boolean putRead(ChannelHandlerContext encoder, PlainHit hit, OpenBody file) {
    int bytes = (int) file.bytes();
    ByteBuf to = putHead(encoder, hit, bytes);
    try {
      to.ensureWritable(bytes);
      file.read(to.internalNioBuffer(to.writerIndex(), bytes));
    } catch (IOException failed) {
      // The full lane finds out what is wrong, and what the client gets instead.
      to.writerIndex(beforeHead);
      return false;
    }
    to.writerIndex(to.writerIndex() + bytes);
    return true;
  }

  /// @param bodyBytes that are to follow in the same buffer
  private ByteBuf putHead(ChannelHandlerContext encoder, PlainHit hit, int bodyBytes) {
    int most = hit.head().mostBytes();
    byte[] head = HEAD.get();
    if (head.length < most) {
      head = new byte[most];
    }
    int headBytes = hit.head().write(head, 0, hit.ageSeconds(), hit.ttlSeconds());
    ByteBuf to = room(encoder, headBytes + bodyBytes);
    beforeHead = to.writerIndex();
    return to.writeBytes(head, 0, headBytes);
  }

  private ByteBuf room(ChannelHandlerContext encoder, int bytes) {
    if (batch != null && batch.readableBytes() + bytes > BATCH_BYTES) {
      write(encoder);
    }
    if (batch == null) {
      batch = encoder.alloc().directBuffer(Math.max(bytes, lastBatchBytes));
    }
    return batch;
  }

  /// Writes what was gathered, so that what others write comes after it.
  void write(ChannelHandlerContext encoder) {
    ByteBuf gathered = batch;
    if (gathered != null) {
      batch = null;
      lastBatchBytes = gathered.readableBytes();
      var _ = encoder.write(gathered, encoder.voidPromise());
    }
  }

  /// Sends what was answered since the last time.
  ///
  /// @return whether there was anything
  boolean flush(ChannelHandlerContext encoder) {
    fromNanos = 0;
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
