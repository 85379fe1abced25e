package dev.terrace.flow;

import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The bytes of one body on their way from one fetch to any number of readers, as they arrive
/// (`docs/decisions/shared-fetches.md`).
///
/// It keeps everything until [#slide] is called; from then on a window, and the producer waits for
/// the slowest reader. What fits half the window stays whole, so that followers of a small body can
/// begin at its first byte. One thread produces; each reader belongs to one thread. The only lock
/// is the relay's own, and it is never held across I/O.
final class Relay {
  /// What may lie between the producer and the slowest reader once the relay slides.
  static final int WINDOW_BYTES = 512 * 1024;

  private static final ByteBuffer END = ByteBuffer.allocate(0);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<ByteBuffer> kept = new ArrayList<>();
  private final List<Reader> readers = new ArrayList<>();
  private long firstKept;
  private long keptBytes;
  private boolean sliding;
  private boolean ended;
  private Headers trailers = Headers.EMPTY;
  private boolean refusing;
  private @Nullable IOException broken;

  /// A reader from the first byte; empty if that is gone already. Of a body that broke off it reads
  /// what there is, then the failure: who waited for a fetch shares its end.
  Optional<BodyReader> join() {
    lock.lock();
    try {
      if (firstKept > 0) {
        return Optional.empty();
      }
      Reader reader = new Reader();
      readers.add(reader);
      return Optional.of(reader);
    } finally {
      lock.unlock();
    }
  }

  /// From now on it takes no latecomers: nothing of it is stored.
  void refuseLatecomers() {
    lock.lock();
    try {
      refusing = true;
    } finally {
      lock.unlock();
    }
  }

  /// Whether somebody may join who did not wait for it: not once it broke off, or is not stored.
  boolean takesLatecomers() {
    lock.lock();
    try {
      return broken == null && !refusing;
    } finally {
      lock.unlock();
    }
  }

  /// Whether anyone still reads.
  boolean hasReaders() {
    lock.lock();
    try {
      return !readers.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /// From now on only a window is kept.
  void slide() {
    lock.lock();
    try {
      sliding = true;
      dropRead();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Hands on the next bytes; while sliding, waits for room.
  void put(ByteBuffer bytes) throws InterruptedException {
    lock.lock();
    try {
      while (sliding && !readers.isEmpty() && keptBytes >= WINDOW_BYTES) {
        changed.await();
      }
      kept.add(bytes);
      keptBytes += bytes.remaining();
      dropRead();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// The body is whole.
  void end(Headers trailerFields) {
    lock.lock();
    try {
      ended = true;
      trailers = trailerFields;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// The body broke off: readers get what there is, then the failure. Harmless after the end.
  void fail(IOException cause) {
    lock.lock();
    try {
      if (!ended && broken == null) {
        broken = cause;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Drops from the front what every reader has read; the lock is held.
  private void dropRead() {
    if (!sliding || keptBytes <= WINDOW_BYTES / 2) {
      return;
    }
    long slowest = firstKept + kept.size();
    for (Reader reader : readers) {
      slowest = Math.min(slowest, reader.next);
    }
    List<ByteBuffer> read = kept.subList(0, (int) (slowest - firstKept));
    for (ByteBuffer bytes : read) {
      keptBytes -= bytes.remaining();
    }
    read.clear();
    firstKept = slowest;
  }

  private final class Reader implements BodyReader {
    private long next;
    private java.util.Iterator<ByteBuffer> unread = java.util.Collections.emptyIterator();
    private boolean closed;

    @Override
    public ByteBuffer read() throws IOException {
      if (unread.hasNext()) {
        return unread.next();
      }
      lock.lock();
      try {
        while (!closed && next == firstKept + kept.size() && !ended && broken == null) {
          changed.await();
        }
        return closed ? END : take();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while waiting for bytes of the target");
      } finally {
        lock.unlock();
      }
    }

    /// Everything that is there at once, so that a late follower takes the lock rarely; lock held.
    private ByteBuffer take() throws IOException {
      int skip = (int) (next - firstKept);
      if (skip == kept.size()) {
        if (broken != null) {
          throw new IOException(broken.getMessage(), broken);
        }
        return END;
      }
      List<ByteBuffer> taken = new ArrayList<>(kept.size() - skip);
      for (int i = skip; i < kept.size(); i++) {
        taken.add(kept.get(i).duplicate());
      }
      next += taken.size();
      dropRead();
      changed.signalAll();
      unread = taken.iterator();
      return unread.next();
    }

    @Override
    public Headers trailers() {
      lock.lock();
      try {
        return trailers;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        closed = true;
        readers.remove(this);
        dropRead();
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
