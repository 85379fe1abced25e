package dev.terrace.server;

import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What is on its way from a virtual thread to the client's event loop. The thread puts steps and
/// waits while more bytes are under way than the window allows; the loop takes them. Steps that
/// pile up while the loop is busy are taken together, so that they cost one write.
final class Outbox {
  /// One thing to send.
  sealed interface Step {
    /// A 1xx.
    record Interim(int status, Headers headers) implements Step {}

    record Begin(ResponseHead head, OptionalLong bodyBytes) implements Step {}

    record Chunk(ByteBuffer bytes) implements Step {}

    record End(ByteBuffer last, Headers trailers) implements Step {}
  }

  /// Takes steps on the event loop.
  interface Sink {
    /// Whether more can be taken; when not, [Outbox#resume] is called as soon as it can.
    boolean isReady();

    void send(List<Step> steps);

    /// The client took nothing for as long as it may; on any thread.
    void stalled();
  }

  private static final int WINDOW_BYTES = 128 << 10;

  private final Executor loop;
  private final Sink sink;
  private final long stallNanos;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<Step> steps = new ArrayDeque<>();
  private @Nullable Throwable failure;
  private int waitingBytes;
  private boolean scheduled;

  Outbox(Executor loop, Sink sink, long stallNanos) {
    this.loop = loop;
    this.sink = sink;
    this.stallNanos = stallNanos;
  }

  /// Puts a step; waits for room first if it carries bytes.
  ///
  /// @throws IOException if the client is gone or took nothing for too long
  void put(Step step) throws IOException {
    int bytes = bytesOf(step);
    lock.lock();
    try {
      awaitRoomFor(bytes);
      if (failure != null) {
        throw new IOException("the client is gone", failure);
      }
      steps.add(step);
      waitingBytes += bytes;
      if (!scheduled) {
        scheduled = true;
        loop.execute(this::drain);
      }
    } finally {
      lock.unlock();
    }
  }

  private static int bytesOf(Step step) {
    return switch (step) {
      case Step.Chunk chunk -> chunk.bytes().remaining();
      case Step.End end -> end.last().remaining();
      case Step.Interim _, Step.Begin _ -> 0;
    };
  }

  private void awaitRoomFor(int bytes) throws IOException {
    long left = stallNanos;
    try {
      while (failure == null && waitingBytes > 0 && waitingBytes + bytes > WINDOW_BYTES) {
        if (left <= 0) {
          failure = new IOException("the client took nothing for too long");
          sink.stalled();
          return;
        }
        // The window empties as a whole: whoever is woken finds room, or still none.
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      if (failure == null) {
        throw (IOException) new InterruptedIOException("interrupted").initCause(interrupted);
      }
    }
  }

  /// The client is gone: whoever waits is woken, what waits is dropped.
  void fail(Throwable cause) {
    lock.lock();
    try {
      if (failure == null) {
        failure = cause;
      }
      steps.clear();
      waitingBytes = 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// On the event loop: the sink is ready again.
  void resume() {
    lock.lock();
    try {
      if (!scheduled || steps.isEmpty()) {
        return;
      }
    } finally {
      lock.unlock();
    }
    drain();
  }

  /// On the event loop. `scheduled` stays true while the sink is not ready: it calls back.
  private void drain() {
    while (true) {
      List<Step> taken;
      lock.lock();
      try {
        if (steps.isEmpty()) {
          scheduled = false;
          return;
        }
        if (!sink.isReady()) {
          return;
        }
        taken = new ArrayList<>(steps);
        steps.clear();
        waitingBytes = 0;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      sink.send(taken);
    }
  }
}
