package dev.terrace.server;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.time.Duration;

/// Counts frames in windows of time; past the limit the connection is in error (RFC 9113 §10.5).
final class FrameCount {
  private final int limit;
  private final long windowNanos;
  private long windowBegan = System.nanoTime();
  private int frames;

  FrameCount(int limit, Duration window) {
    this.limit = limit;
    this.windowNanos = window.toNanos();
  }

  void count() throws Http2Exception {
    long now = System.nanoTime();
    if (now - windowBegan > windowNanos) {
      windowBegan = now;
      frames = 0;
    }
    if (++frames > limit) {
      throw Http2Exception.connectionError(
          Http2Error.ENHANCE_YOUR_CALM, "more than %d control frames", limit);
    }
  }
}
