package dev.terrace.observe;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes a line for every request answered, on a thread of its own: a request only leaves its
/// event in a bounded queue. Lines that find the queue full, or that the sink refuses, are dropped
/// and counted, since a slow disk must not slow clients. Safe for use by any thread; who opened it
/// closes it.
public final class AccessLog implements Observer, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

  /// Lines that wait to be written; a burst of 16,384 requests fits.
  static final int QUEUED_LINES = 16_384;

  /// Lines written at once.
  private static final int BATCH_LINES = 1_024;

  private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(5);

  private record Line(Instant time, Event.Answered answered) {}

  private final BlockingQueue<Line> queue = new ArrayBlockingQueue<>(QUEUED_LINES);
  private final LongAdder dropped = new LongAdder();
  private final AccessLogFormat format;
  private final OutputStream sink;
  private final InstantSource clock;
  private final Thread writer;
  private volatile boolean closing;
  private boolean failing;

  private AccessLog(AccessLogFormat format, OutputStream sink, InstantSource clock) {
    this.format = format;
    this.sink = sink;
    this.clock = clock;
    this.writer = Thread.ofPlatform().daemon().name("access-log").unstarted(this::writeLines);
  }

  /// Begins to write to this sink, which it closes in the end.
  static AccessLog to(OutputStream sink, AccessLogFormat format, InstantSource clock) {
    AccessLog log = new AccessLog(format, sink, clock);
    log.writer.start();
    return log;
  }

  /// Begins to write to the standard output.
  public static AccessLog toStandardOutput(AccessLogFormat format, InstantSource clock) {
    return to(new FileOutputStream(FileDescriptor.out), format, clock);
  }

  /// Begins to append to a file, which a rotation may copy and truncate, or rename.
  ///
  /// @throws IOException if the file cannot be opened for appending
  public static AccessLog toFile(Path file, AccessLogFormat format, InstantSource clock)
      throws IOException {
    return to(new RotatedFile(file), format, clock);
  }

  @Override
  public void on(Event event) {
    if (event instanceof Event.Answered answered
        && (closing || !queue.offer(new Line(clock.instant(), answered)))) {
      dropped.increment();
    }
  }

  /// How many lines were not written.
  public long dropped() {
    return dropped.sum();
  }

  /// Writes what is queued, for five seconds at most, and closes the sink.
  @Override
  public void close() {
    closing = true;
    // The streams used here do not heed interrupts: only the wait for a line does.
    writer.interrupt();
    try {
      writer.join(CLOSE_DEADLINE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void writeLines() {
    List<Line> batch = new ArrayList<>(BATCH_LINES);
    try (sink) {
      while (!closing) {
        try {
          batch.add(queue.take());
        } catch (InterruptedException e) {
          break;
        }
        queue.drainTo(batch, BATCH_LINES - 1);
        write(batch);
      }
      while (queue.drainTo(batch, BATCH_LINES) > 0) {
        write(batch);
      }
    } catch (IOException e) {
      LOG.warn("access log: closing failed: {}", e.getMessage());
    }
  }

  private void write(List<Line> batch) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(batch.size() * 256);
    batch.forEach(line -> format.write(line.time(), line.answered(), bytes));
    try {
      bytes.writeTo(sink);
      sink.flush();
      if (failing) {
        failing = false;
        LOG.info("access log: writing again; {} lines were dropped in all", dropped());
      }
    } catch (IOException e) {
      dropped.add(batch.size());
      if (!failing) {
        failing = true;
        LOG.warn("access log: lines are dropped: {}", e.getMessage());
      }
    }
    batch.clear();
  }
}
