package dev.terrace.purge.journal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;

/// The one thread that writes a journal, so that no lock is held across a write. Safe for use by
/// any thread but itself.
///
/// @param executor of one platform thread; whoever made it ends it
record WritingThread(ExecutorService executor) {
  /// Has this done there, and waits for it.
  ///
  /// @throws IOException if the work throws, the thread has ended or this one is interrupted
  <T> T write(Callable<T> work) throws IOException {
    try {
      return executor.submit(work).get();
    } catch (RejectedExecutionException e) {
      throw new IOException("the journal of purges is closed", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw new IOException("the journal of purges cannot be written: " + cause, cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a purge was written");
    }
  }
}
