package dev.terrace.origin;

import dev.terrace.http.BodyReader;
import io.netty.buffer.Unpooled;
import io.vertx.core.AsyncResult;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Sends the body of one request, on a virtual thread of its own, as fast as the target takes it.
///
/// At most [#WINDOW] buffers are written and not yet on their way. It stops when the target no
/// longer takes bytes, or when it is interrupted because the answer is complete already.
final class RequestPump implements Runnable {
  private static final int WINDOW = 4;

  /// Where the bytes go. Both are called by the pump alone; `written` is told when the bytes have
  /// left, or that the connection is gone.
  interface Sink {
    void write(Buffer bytes, Handler<AsyncResult<Void>> written);

    /// Writes the last bytes and the end.
    void end(Buffer last, Handler<AsyncResult<Void>> written);
  }

  /// How the sending ended.
  enum Outcome {
    /// The whole body is on its way.
    SENT,
    /// The target takes no more; whether that is a failure, its answer says.
    REFUSED,
    /// The client's body broke off, or is not as long as it stated.
    BROKEN,
    /// The target took nothing for too long.
    STALLED
  }

  private final BodyReader body;
  private final OptionalLong bodyBytes;
  private final Duration stallTimeout;
  private final Sink sink;
  private final Consumer<Outcome> done;
  private final Semaphore window = new Semaphore(WINDOW);
  private volatile boolean refused;
  private volatile boolean begun;

  RequestPump(
      BodyReader body,
      OptionalLong bodyBytes,
      Duration stallTimeout,
      Sink sink,
      Consumer<Outcome> done) {
    this.body = body;
    this.bodyBytes = bodyBytes;
    this.stallTimeout = stallTimeout;
    this.sink = sink;
    this.done = done;
  }

  /// Whether any byte of the body may have been consumed.
  boolean begun() {
    return begun;
  }

  @Override
  public void run() {
    Outcome outcome;
    try {
      outcome = pump();
    } catch (IOException e) {
      outcome = refused ? Outcome.REFUSED : Outcome.BROKEN;
    } catch (InterruptedException e) {
      outcome = Outcome.REFUSED;
    }
    done.accept(outcome);
  }

  private Outcome pump() throws IOException, InterruptedException {
    long sent = 0;
    while (!refused) {
      begun = true;
      ByteBuffer bytes = body.read();
      boolean last = !bytes.hasRemaining();
      sent += bytes.remaining();
      if (bodyBytes.isPresent()) {
        if (sent > bodyBytes.getAsLong() || (last && sent < bodyBytes.getAsLong())) {
          return Outcome.BROKEN;
        }
        last = sent == bodyBytes.getAsLong();
      }
      if (!window.tryAcquire(stallTimeout.toNanos(), TimeUnit.NANOSECONDS)) {
        return Outcome.STALLED;
      }
      Buffer buffer = BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
      if (last) {
        sink.end(buffer, this::written);
        return drained();
      }
      sink.write(buffer, this::written);
    }
    return Outcome.REFUSED;
  }

  private void written(AsyncResult<Void> written) {
    if (written.failed()) {
      refused = true;
    }
    window.release();
  }

  /// Waits until everything is written.
  private Outcome drained() throws InterruptedException {
    if (!window.tryAcquire(WINDOW, stallTimeout.toNanos(), TimeUnit.NANOSECONDS)) {
      return Outcome.STALLED;
    }
    return refused ? Outcome.REFUSED : Outcome.SENT;
  }
}
