package dev.terrace.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Closes a connection whose client takes nothing of what waits for it (security.md S5). Used on
/// the connection's event loop alone.
final class WriteStall {
  private final ChannelHandlerContext context;
  private final Duration limit;
  private @Nullable Future<?> timer;
  private long unsentBytes;
  private long sentOfFirst;

  WriteStall(ChannelHandlerContext context, Duration limit) {
    this.context = context;
    this.limit = limit;
  }

  /// Watches while more waits than the channel's high watermark.
  void writabilityChanged() {
    stop();
    if (!context.channel().isWritable()) {
      remember();
      watch();
    }
  }

  void stop() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void watch() {
    timer = context.executor().schedule(this::check, limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void check() {
    long unsentBefore = unsentBytes;
    long sentBefore = sentOfFirst;
    remember();
    if (unsentBefore == unsentBytes && sentBefore == sentOfFirst) {
      var _ = context.close();
    } else {
      watch();
    }
  }

  private void remember() {
    ChannelOutboundBuffer outbound = context.channel().unsafe().outboundBuffer();
    unsentBytes = outbound == null ? 0 : outbound.totalPendingWriteBytes();
    sentOfFirst = outbound == null ? 0 : outbound.currentProgress();
  }
}
