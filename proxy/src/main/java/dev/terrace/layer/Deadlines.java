package dev.terrace.layer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Runs what may hang on threads meant for it, and waits no longer than a deadline. Safe for use by
/// any thread.
final class Deadlines {
  private final Executor executor;

  Deadlines(Executor executor) {
    this.executor = executor;
  }

  /// What `work` returns. Work that is late goes on unless it had not begun; it is not interrupted,
  /// since that closes the file channels that others share.
  ///
  /// @throws IOException if it failed in whatever way, was late, or there was no thread for it
  <T> T within(Duration deadline, Callable<T> work) throws IOException {
    FutureTask<T> task = new FutureTask<>(work);
    try {
      executor.execute(task);
      return task.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      throw new IOException("every thread of the layer is busy and its queue is full", e);
    } catch (TimeoutException e) {
      task.cancel(false);
      throw new IOException("no answer within " + deadline.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(cause.toString(), cause);
    } catch (InterruptedException e) {
      task.cancel(false);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a layer");
    }
  }

  /// Runs `work` without waiting for it; on the caller's thread if there is no other.
  void eventually(Runnable work) {
    try {
      executor.execute(work);
    } catch (RejectedExecutionException e) {
      work.run();
    }
  }
}
