package dev.terrace;

import dev.terrace.layer.WarmUp;
import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the operator how a warm-up goes: a line in the log every few seconds and one at its end,
/// and a bar on a terminal. Used by one thread.
final class WarmUpReport implements Consumer<WarmUp.Progress> {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  private static final long LINE_NANOS = Duration.ofSeconds(3).toNanos();
  private static final long BAR_NANOS = Duration.ofMillis(100).toNanos();
  private static final int BAR_CELLS = 40;

  private final Optional<PrintStream> terminal;
  private final LongSupplier nanoTime;
  private long lineNanos;
  private long barNanos;

  /// @param terminal on which a bar is shown; empty: none
  /// @param nanoTime monotonic, in nanoseconds
  WarmUpReport(Optional<PrintStream> terminal, LongSupplier nanoTime) {
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.lineNanos = nanoTime.getAsLong();
    this.barNanos = lineNanos;
  }

  /// Standard error, if this process runs on a terminal.
  static Optional<PrintStream> terminal() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).map(_ -> System.err);
  }

  @Override
  public void accept(WarmUp.Progress progress) {
    switch (progress.state()) {
      case OFF, WAITING -> {}
      case RUNNING -> running(progress);
      case DONE -> done(progress);
    }
  }

  private void running(WarmUp.Progress progress) {
    long now = nanoTime.getAsLong();
    if (terminal.isPresent() && now - barNanos >= BAR_NANOS) {
      barNanos = now;
      terminal.get().print('\r' + bar(progress));
      terminal.get().flush();
    }
    if (terminal.isEmpty() && now - lineNanos >= LINE_NANOS) {
      lineNanos = now;
      LOG.info("Warms up: {} of {} keys looked up", progress.done(), progress.total());
    }
  }

  private void done(WarmUp.Progress progress) {
    terminal.ifPresent(
        stream -> {
          stream.print('\r' + " ".repeat(bar(progress).length()) + '\r');
          stream.flush();
        });
    LOG.info(
        "Warmed up: {} entries are in memory, of {} keys that were hot before",
        progress.entries(),
        progress.total());
  }

  /// One line without its end.
  static String bar(WarmUp.Progress progress) {
    int filled =
        progress.total() == 0 ? 0 : (int) ((long) BAR_CELLS * progress.done() / progress.total());
    return "warm-up ["
        + "#".repeat(filled)
        + ".".repeat(BAR_CELLS - filled)
        + "] "
        + progress.done()
        + "/"
        + progress.total();
  }
}
