package dev.terrace.layer;

import dev.terrace.http.BodyReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;

/// A body that is read on the threads of its layer, each step within a deadline.
final class GuardedBody implements StoredBody {
  private final StoredBody inner;
  private final Deadlines deadlines;
  private final Duration deadline;
  private final Consumer<IOException> failures;

  GuardedBody(
      StoredBody inner, Deadlines deadlines, Duration deadline, Consumer<IOException> failures) {
    this.inner = inner;
    this.deadlines = deadlines;
    this.deadline = deadline;
    this.failures = failures;
  }

  @Override
  public long bytes() {
    return inner.bytes();
  }

  @Override
  public BodyReader open(long offset, long length) throws IOException {
    Reader reader = new Reader();
    reader.step(() -> reader.opened(inner.open(offset, length)));
    return reader;
  }

  private interface Step<T> {
    T take() throws IOException;
  }

  /// Steps are late at times and go on behind the caller's back, so they take turns, closing too.
  private final class Reader implements BodyReader {
    private final Object turn = new Object();
    private volatile boolean closed;

    // Guarded by the turn.
    private BodyReader reader = BodyReader.empty();

    private BodyReader opened(BodyReader opened) {
      reader = opened;
      if (closed) {
        closeOpened();
      }
      return opened;
    }

    private void closeOpened() {
      reader.close();
      reader = BodyReader.empty();
    }

    private <T> T step(Step<T> step) throws IOException {
      try {
        return deadlines.within(
            deadline,
            () -> {
              synchronized (turn) {
                return step.take();
              }
            });
      } catch (IOException e) {
        close();
        failures.accept(e);
        throw e;
      }
    }

    @Override
    public ByteBuffer read() throws IOException {
      if (closed) {
        throw new IOException("the reader is closed");
      }
      return step(() -> reader.read());
    }

    @Override
    public void close() {
      if (closed) {
        return;
      }
      closed = true;
      deadlines.eventually(
          () -> {
            synchronized (turn) {
              closeOpened();
            }
          });
    }
  }
}
