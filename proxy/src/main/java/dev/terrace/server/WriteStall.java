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

  /// Watches from when more waits than the channel's high watermark.
  void writabilityChanged() {
    if (!context.channel().isWritable()) {
      watch();
    }
  }

  /// Watches as long as anything waits.
  void watch() {
    if (timer == null) {
      remember();
      timer = context.executor().schedule(this::check, limit.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  void stop() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void check() {
    timer = null;
    long unsentBefore = unsentBytes;
    long sentBefore = sentOfFirst;
    remember();
    if (unsentBytes > 0 && unsentBefore == unsentBytes && sentBefore == sentOfFirst) {
      var _ = context.close();
    } else if (unsentBytes > 0) {
      watch();
    }
  }

  private void remember() {
    ChannelOutboundBuffer outbound = context.channel().unsafe().outboundBuffer();
    unsentBytes = outbound == null ? 0 : outbound.totalPendingWriteBytes();
    sentOfFirst = outbound == null ? 0 : outbound.currentProgress();
  }
}
