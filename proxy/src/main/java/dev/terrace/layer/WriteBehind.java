package dev.terrace.layer;

import dev.terrace.rules.SkipReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Stores into a layer without its callers waiting for it: what they give is queued and written on
/// threads meant for that. The queue holds a bounded number of bytes; an entry that would exceed it
/// is given up, whole, and counted. Safe for use by any thread.
final class WriteBehind {
  /// Counted for each entry and change beside the bytes of its body, so that their number is
  /// bounded, too.
  static final long ENTRY_BYTES = 4096;

  private final GuardedLayer layer;
  private final Executor executor;
  private final long limitBytes;
  private final AtomicLong queuedBytes = new AtomicLong();
  private final LongAdder givenUp = new LongAdder();

  /// @param executor of platform threads, since the layer may block; its queue may be without bound
  WriteBehind(GuardedLayer layer, Executor executor, long limitBytes) {
    this.layer = layer;
    this.executor = executor;
    this.limitBytes = limitBytes;
  }

  /// How many entries and changes were given up because the queue was full or the layer failed.
  long givenUp() {
    return givenUp.sum();
  }

  /// What is queued; 0 once everything has been written.
  long queuedBytes() {
    return queuedBytes.get();
  }

  Opening open(Entry entry, long bodyBytes) {
    if (layer.isOff(entry.key())) {
      return new Opening.Declined(SkipReason.LAYER_OFF);
    }
    return switch (reserve(ENTRY_BYTES)) {
      case GRANTED -> new Opening.Writing(new QueuedWriter(entry, bodyBytes));
      case FULL -> new Opening.Declined(SkipReason.NO_ROOM);
    };
  }

  /// One change of the layer that takes no body.
  interface Change {
    void on(GuardedLayer layer) throws IOException;
  }

  void change(Change change) {
    if (reserve(ENTRY_BYTES) == Room.FULL) {
      return;
    }
    execute(
        () -> {
          try {
            change.on(layer);
          } catch (IOException e) {
            failed(e);
          } finally {
            release(ENTRY_BYTES);
          }
        });
  }

  /// Runs `work` on the threads meant for writing.
  void execute(Runnable work) {
    try {
      executor.execute(work);
    } catch (RejectedExecutionException e) {
      // Only an executor that has ended refuses: this is the last work of a process that stops.
      work.run();
    }
  }

  private void failed(IOException failure) {
    givenUp.increment();
    if (!(failure instanceof RefusedException)) {
      layer.report(failure);
    }
  }

  private enum Room {
    GRANTED,
    FULL
  }

  private Room reserve(long bytes) {
    if (queuedBytes.addAndGet(bytes) <= limitBytes) {
      return Room.GRANTED;
    }
    queuedBytes.addAndGet(-bytes);
    givenUp.increment();
    return Room.FULL;
  }

  private void release(long bytes) {
    queuedBytes.addAndGet(-bytes);
  }

  private interface Action {
    void on(EntryWriter writer) throws IOException;
  }

  /// @param bytes reserved, to be released once it is done
  private record Step(Action action, long bytes) {}

  /// One entry on its way: the caller adds steps, one task at a time takes them.
  private final class QueuedWriter implements EntryWriter {
    private final Entry entry;
    private final long bodyBytes;

    // Guarded by this.
    private final ArrayDeque<Step> steps = new ArrayDeque<>();
    private boolean running;
    private boolean ended;

    private volatile @Nullable IOException failure;

    // Used by the running task alone.
    private @Nullable EntryWriter opened;

    QueuedWriter(Entry entry, long bodyBytes) {
      this.entry = entry;
      this.bodyBytes = bodyBytes;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      IOException earlier = failure;
      if (earlier != null) {
        throw new IOException("the layer failed earlier", earlier);
      }
      if (reserve(bytes.remaining()) == Room.FULL) {
        throw new RefusedException(SkipReason.NO_ROOM);
      }
      ByteBuffer kept = bytes.duplicate();
      add(new Step(writer -> writer.write(kept), bytes.remaining()));
    }

    @Override
    public void commit() {
      end(EntryWriter::commit);
    }

    @Override
    public void abandon() {
      end(EntryWriter::abandon);
    }

    private void end(Action action) {
      synchronized (this) {
        if (ended) {
          return;
        }
        ended = true;
      }
      add(new Step(action, ENTRY_BYTES));
    }

    private void add(Step step) {
      synchronized (this) {
        steps.add(step);
        if (running) {
          return;
        }
        running = true;
      }
      execute(this::run);
    }

    private void run() {
      for (Step step = next(); step != null; step = next()) {
        if (failure == null) {
          take(step);
        }
        release(step.bytes());
      }
    }

    private synchronized @Nullable Step next() {
      Step step = steps.poll();
      running = step != null;
      return step;
    }

    private void take(Step step) {
      try {
        step.action().on(writer());
      } catch (IOException e) {
        failure = e;
        failed(e);
        if (opened != null) {
          opened.abandon();
        }
      }
    }

    private EntryWriter writer() throws IOException {
      EntryWriter known = opened;
      if (known == null) {
        known =
            switch (layer.open(entry, bodyBytes)) {
              case Opening.Writing(EntryWriter writer) -> writer;
              case Opening.Declined(SkipReason reason) -> throw new RefusedException(reason);
            };
        opened = known;
      }
      return known;
    }
  }
}
