package dev.terrace.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The deadlines of one HTTP/1 connection (security.md S5): for a head as a whole, for a connection
/// at rest, for a client that takes nothing of its answer. Used on the connection's event loop
/// alone.
final class Http1Deadlines {
  private final Limits limits;
  private final StrictDecoder decoder;
  private @Nullable ChannelHandlerContext context;
  private @Nullable Http1Gate gate;
  private @Nullable Future<?> head;
  private @Nullable Future<?> idle;
  private @Nullable WriteStall stall;
  private long restSinceNanos;

  Http1Deadlines(Limits limits, StrictDecoder decoder) {
    this.limits = limits;
    this.decoder = decoder;
  }

  void start(ChannelHandlerContext context, Http1Gate gate) {
    this.context = context;
    this.gate = gate;
    stall = new WriteStall(context, limits.writeStall());
    restSinceNanos = System.nanoTime();
    idle = after(limits.idle().toNanos(), this::checkIdle);
  }

  void stop() {
    cancel(head);
    cancel(idle);
    if (stall != null) {
      stall.stop();
    }
    context = null;
    gate = null;
  }

  private static void cancel(@Nullable Future<?> timer) {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  private @Nullable Future<?> after(long nanos, Runnable check) {
    ChannelHandlerContext to = context;
    return to == null ? null : to.executor().schedule(check, nanos, TimeUnit.NANOSECONDS);
  }

  /// Everything that arrived has been decoded.
  void readComplete() {
    if (decoder.isInsideHead()) {
      if (head == null) {
        head = after(limits.headDeadline().toNanos(), this::headExpired);
      }
    } else if (head != null) {
      cancel(head);
      head = null;
    }
  }

  /// The deadline counts against the client alone: a head that stands still because an earlier
  /// request is still being answered, and reading stopped for it, has another one.
  private void headExpired() {
    ChannelHandlerContext to = context;
    Http1Gate of = gate;
    head = null;
    if (to == null || of == null || !decoder.isInsideHead()) {
      return;
    }
    if (of.inFlight() > 0) {
      head = after(limits.headDeadline().toNanos(), this::headExpired);
      return;
    }
    of.refuse(
        to,
        new Refusal(408, "the head took longer than " + limits.headDeadline().toSeconds() + " s"));
  }

  /// An answer was handed to the codec to its end.
  void answered() {
    restSinceNanos = System.nanoTime();
  }

  private void checkIdle() {
    ChannelHandlerContext to = context;
    Http1Gate of = gate;
    if (to == null || of == null) {
      return;
    }
    long limit = limits.idle().toNanos();
    boolean atRest = of.inFlight() == 0 && !decoder.isInsideHead() && !isSending(to);
    long left = atRest ? limit - (System.nanoTime() - restSinceNanos) : limit;
    if (left <= 0) {
      var _ = to.close();
    } else {
      idle = after(left, this::checkIdle);
    }
  }

  /// Whether the client has yet to take bytes; whether it does is watched from here on.
  private boolean isSending(ChannelHandlerContext to) {
    ChannelOutboundBuffer outbound = to.channel().unsafe().outboundBuffer();
    boolean isSending = outbound != null && outbound.totalPendingWriteBytes() > 0;
    if (isSending && stall != null) {
      stall.watch();
    }
    return isSending;
  }

  void writabilityChanged() {
    if (stall != null) {
      stall.writabilityChanged();
    }
  }

  /// Sends what there is, then the end of the stream, and closes once the client has closed or the
  /// time to linger is over.
  void linger(ChannelPromise closed) {
    ChannelHandlerContext to = context;
    if (to == null) {
      closed.setSuccess();
      return;
    }
    to.channel().closeFuture().addListener(_ -> closed.trySuccess());
    to.channel().config().setAutoRead(true);
    to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> closeOutput(to.channel()));
    Duration linger = limits.linger();
    var _ = to.executor().schedule(() -> closeNow(to), linger.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static void closeNow(ChannelHandlerContext context) {
    var _ = context.close();
  }

  private static void closeOutput(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls != null) {
      var _ = tls.closeOutbound();
    } else if (channel instanceof DuplexChannel duplex && channel.isActive()) {
      var _ = duplex.shutdownOutput();
    }
  }
}
