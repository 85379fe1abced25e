package dev.terrace.server;

import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The body of a client's request: filled on the event loop, read by one virtual thread. No more
/// than a window of buffers is ever asked of the connection; a client that keeps its reader waiting
/// too long in all is given up (security.md S5).
final class RequestBody implements BodyReader {
  private static final int WINDOW = 8;

  private final HttpServerRequest request;
  private final Arrival arrival;
  private final Limits limits;
  private final Executor loop;
  private final Runnable beforeFirstRead;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<ByteBuffer> arrived = new ArrayDeque<>();
  private @Nullable Refusal refusal;
  private @Nullable Throwable failure;
  private boolean ended;
  private boolean closed;
  private boolean begun;
  private boolean endRead;
  private int askedFor;
  private long receivedBytes;
  private long waitedNanos;

  /// On the event loop, while the request is still being handed over; pauses it.
  ///
  /// @param beforeFirstRead run once, by the reader
  RequestBody(
      HttpServerRequest request,
      Arrival arrival,
      Limits limits,
      Executor loop,
      Runnable beforeFirstRead) {
    this.request = request;
    this.arrival = arrival;
    this.limits = limits;
    this.loop = loop;
    this.beforeFirstRead = beforeFirstRead;
    request.pause();
    request.handler(this::take);
    request.endHandler(_ -> end());
    request.exceptionHandler(this::fail);
    arrival.onBroken(this::refuse);
  }

  private void take(Buffer buffer) {
    if (buffer.length() == 0) {
      // To the reader a buffer of nothing is the end, which an empty frame or chunk is not.
      request.fetch(1);
      return;
    }
    lock.lock();
    try {
      if (closed) {
        return;
      }
      askedFor--;
      receivedBytes += buffer.length();
      if (receivedBytes > limits.bodyBytes()) {
        refusal = new Refusal(413, "a body of more than " + limits.bodyBytes() + " bytes");
      } else {
        arrived.add(((BufferInternal) buffer).getByteBuf().nioBuffer());
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void refuse(Refusal cause) {
    lock.lock();
    try {
      if (refusal == null) {
        refusal = cause;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// The client is gone, or gave up the stream.
  void fail(Throwable cause) {
    lock.lock();
    try {
      if (failure == null) {
        failure = cause;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Why the body was given up, where that is the client's doing and it can still be told.
  @Nullable Refusal refusal() {
    lock.lock();
    try {
      return refusal;
    } finally {
      lock.unlock();
    }
  }

  /// On the event loop, when the answer is complete: drops what is left.
  ///
  /// @return whether the body has been received to its end
  boolean drop() {
    close();
    if (arrival.isComplete() && !hasEnded()) {
      request.resume();
    }
    return arrival.isComplete();
  }

  private boolean hasEnded() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public ByteBuffer read() throws IOException {
    if (!begun) {
      begun = true;
      beforeFirstRead.run();
    }
    lock.lock();
    try {
      if (closed) {
        throw new IOException("the body was closed");
      }
      ask();
      awaitNews();
      if (refusal != null) {
        throw new IOException(refusal.detail(), refusal);
      }
      ByteBuffer next = arrived.poll();
      if (next != null) {
        ask();
        return next;
      }
      if (failure != null) {
        throw new IOException("the client's body broke off", failure);
      }
      endRead = true;
      return ByteBuffer.allocate(0);
    } finally {
      lock.unlock();
    }
  }

  /// Keeps the window filled: asks when half of it has been read.
  private void ask() {
    int held = askedFor + arrived.size();
    if (!ended && held <= WINDOW / 2) {
      int more = WINDOW - held;
      askedFor += more;
      loop.execute(() -> fetch(more));
    }
  }

  /// Fetching past the end throws: the end comes on this loop, too.
  private void fetch(int buffers) {
    lock.lock();
    try {
      if (ended || closed || failure != null) {
        return;
      }
    } finally {
      lock.unlock();
    }
    request.fetch(buffers);
  }

  private void awaitNews() throws IOException {
    while (arrived.isEmpty() && !ended && failure == null && refusal == null) {
      long earnedNanos = TimeUnit.SECONDS.toNanos(receivedBytes / limits.bodyBytesPerSecond());
      long left = limits.bodyGrace().toNanos() + earnedNanos - waitedNanos;
      if (left <= 0) {
        refusal =
            new Refusal(408, "the body came slower than " + limits.bodyBytesPerSecond() + " B/s");
        return;
      }
      long from = System.nanoTime();
      try {
        changed.awaitNanos(left);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw (IOException) new InterruptedIOException("interrupted").initCause(interrupted);
      } finally {
        waitedNanos += System.nanoTime() - from;
      }
    }
  }

  @Override
  public Headers trailers() {
    return endRead ? arrival.trailers() : Headers.EMPTY;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      arrived.clear();
    } finally {
      lock.unlock();
    }
  }
}
