package dev.terrace.origin;

import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// The body of an answer, between the event loop that delivers and the virtual thread that reads.
///
/// At most [#WINDOW] buffers are asked for and not yet read: more are fetched as the reader takes
/// them. The loop calls [#offer], [#end] and [#breakOff]; any thread may close.
final class TargetBody implements BodyReader {
  /// Buffers under way to the reader.
  static final int WINDOW = 8;

  private static final ByteBuffer END = ByteBuffer.allocate(0);

  private final Duration stallTimeout;
  private final IntConsumer fetch;
  private final Runnable abandon;
  private final Runnable stalled;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<Buffer> buffers = new ArrayDeque<>(WINDOW);
  private Headers trailers = Headers.EMPTY;
  private boolean ended;
  private boolean endRead;
  private @Nullable String broken;
  private int taken;

  /// @param stallTimeout of one read
  /// @param fetch asks for so many more buffers; it is not called after the end
  /// @param abandon gives up the exchange; called once at most, if the body is left before its end
  /// @param stalled the same, if it stands still
  TargetBody(Duration stallTimeout, IntConsumer fetch, Runnable abandon, Runnable stalled) {
    this.stallTimeout = stallTimeout;
    this.fetch = fetch;
    this.abandon = abandon;
    this.stalled = stalled;
  }

  void offer(Buffer buffer) {
    lock.lock();
    try {
      if (broken == null) {
        buffers.add(buffer);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  void end(Headers trailerFields) {
    lock.lock();
    try {
      if (broken == null) {
        trailers = trailerFields;
        ended = true;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /// What was delivered is still read, and then the break.
  ///
  /// @return whether the body was still under way
  boolean breakOff(String detail) {
    lock.lock();
    try {
      if (broken != null || ended) {
        return false;
      }
      broken = detail;
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public ByteBuffer read() throws IOException {
    int more = 0;
    ByteBuffer result;
    lock.lock();
    try {
      awaitChange();
      Buffer next = buffers.poll();
      if (next == null) {
        if (broken != null) {
          throw new IOException(broken);
        }
        endRead = true;
        return END.duplicate();
      }
      result = ((BufferInternal) next).getByteBuf().nioBuffer();
      if (++taken >= WINDOW / 2 && !ended && broken == null) {
        more = taken;
        taken = 0;
      }
    } finally {
      lock.unlock();
    }
    if (more > 0) {
      fetch.accept(more);
    }
    return result;
  }

  private void awaitChange() throws IOException {
    long left = stallTimeout.toNanos();
    while (buffers.isEmpty() && !ended && broken == null) {
      try {
        left = changed.awaitNanos(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw (IOException) new InterruptedIOException("interrupted while reading").initCause(e);
      }
      if (left <= 0 && buffers.isEmpty() && !ended && broken == null) {
        broken =
            "the target's body stood still for "
                + TimeUnit.NANOSECONDS.toMillis(stallTimeout.toNanos())
                + " ms";
        stalled.run();
      }
    }
  }

  @Override
  public Headers trailers() {
    lock.lock();
    try {
      return endRead ? trailers : Headers.EMPTY;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      buffers.clear();
      if (ended || broken != null) {
        return;
      }
      broken = "the body was closed";
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    abandon.run();
  }
}
