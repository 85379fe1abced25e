package dev.terrace.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The deadlines of one HTTP/2 connection (security.md S5, S7): for a frame or a head that does not
/// get on, for a connection without a stream, for a client that takes nothing. Stands before the
/// codec, is used on the connection's event loop alone.
final class Http2Deadlines extends ChannelInboundHandlerAdapter {
  private final Limits limits;
  private final Http2Connection connection;
  private @Nullable ChannelHandlerContext context;
  private @Nullable WriteStall stall;
  private @Nullable Future<?> idle;
  private @Nullable Future<?> frame;
  private long restSinceNanos = System.nanoTime();
  private long bytesSinceFrame;
  private long frameBeganNanos;

  Http2Deadlines(Limits limits, Http2Connection connection) {
    this.limits = limits;
    this.connection = connection;
    connection.addListener(
        new Http2ConnectionAdapter() {
          @Override
          public void onStreamClosed(Http2Stream stream) {
            restSinceNanos = System.nanoTime();
          }
        });
  }

  /// A frame, or a head with all its frames, was received whole.
  void frameRead() {
    bytesSinceFrame = 0;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    stall = new WriteStall(added, limits.writeStall());
    idle = after(limits.idle().toNanos(), this::checkIdle);
  }

  @Override
  public void channelInactive(ChannelHandlerContext closed) {
    context = null;
    if (stall != null) {
      stall.stop();
    }
    if (idle != null) {
      idle.cancel(false);
    }
    if (frame != null) {
      frame.cancel(false);
    }
    closed.fireChannelInactive();
  }

  private @Nullable Future<?> after(long nanos, Runnable check) {
    ChannelHandlerContext to = context;
    return to == null ? null : to.executor().schedule(check, nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext to, Object message) {
    if (message instanceof ByteBuf bytes) {
      bytesSinceFrame += bytes.readableBytes();
    }
    to.fireChannelRead(message);
  }

  /// What is left over after a whole frame in one read is not counted until more of it comes:
  /// without more, the idle deadline ends it.
  @Override
  public void channelReadComplete(ChannelHandlerContext to) {
    to.fireChannelReadComplete();
    if (bytesSinceFrame == 0) {
      if (frame != null) {
        frame.cancel(false);
        frame = null;
      }
    } else if (frame == null) {
      frameBeganNanos = System.nanoTime();
      frame = after(limits.headDeadline().toNanos(), this::checkFrame);
    }
  }

  /// A large DATA frame may take longer than a head, as long as its rate is that of a body.
  private void checkFrame() {
    frame = null;
    ChannelHandlerContext to = context;
    if (to == null || bytesSinceFrame == 0) {
      return;
    }
    long seconds = Math.max(1, (System.nanoTime() - frameBeganNanos) / 1_000_000_000);
    if (bytesSinceFrame / seconds < limits.bodyBytesPerSecond()) {
      var _ = to.channel().close();
    } else {
      frame = after(limits.headDeadline().toNanos(), this::checkFrame);
    }
  }

  private void checkIdle() {
    ChannelHandlerContext to = context;
    if (to == null) {
      return;
    }
    long limit = limits.idle().toNanos();
    boolean atRest = connection.numActiveStreams() == 0;
    long left = atRest ? limit - (System.nanoTime() - restSinceNanos) : limit;
    if (left <= 0) {
      // The codec says GOAWAY before it closes.
      var _ = to.channel().close();
    } else {
      idle = after(left, this::checkIdle);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext to) {
    if (stall != null) {
      stall.writabilityChanged();
    }
    to.fireChannelWritabilityChanged();
  }
}
