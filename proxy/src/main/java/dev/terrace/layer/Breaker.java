package dev.terrace.layer;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Keeps a failing layer from being asked: closed, it lets every lookup pass; after several
/// failures in a row it opens and lets none pass for a pause; then it is half open: one lookup
/// passes, and closes it or opens it again for twice the pause. Safe for use by any thread.
public final class Breaker {
  /// @param failures in a row that open it
  /// @param firstPause before the first try
  /// @param longestPause that doubling comes to
  public record Settings(int failures, Duration firstPause, Duration longestPause) {
    public static final Settings DEFAULT =
        new Settings(5, Duration.ofSeconds(1), Duration.ofSeconds(30));
  }

  public enum State {
    CLOSED,
    HALF_OPEN,
    OPEN
  }

  /// Whether a lookup may be made.
  enum Pass {
    GRANTED,
    DENIED
  }

  /// Longest pauses without a try after which nobody asks any more.
  private static final int FORGOTTEN_PAUSES = 2;

  private final Settings settings;
  private final LongSupplier nanoTime;

  // Written under this; read without it, since event loops ask.
  private volatile State state = State.CLOSED;

  // Guarded by this.
  private int failures;
  private long pauseNanos;
  private long pausedAtNanos;

  Breaker(Settings settings, LongSupplier nanoTime) {
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.pauseNanos = settings.firstPause().toNanos();
  }

  /// Every granted pass is followed by `succeeded` or `failed`; one that is not costs a pause.
  synchronized Pass pass() {
    if (state == State.CLOSED) {
      return Pass.GRANTED;
    }
    long now = nanoTime.getAsLong();
    if (now - pausedAtNanos < pauseNanos) {
      return Pass.DENIED;
    }
    state = State.HALF_OPEN;
    pausedAtNanos = now;
    return Pass.GRANTED;
  }

  synchronized void succeeded() {
    state = State.CLOSED;
    failures = 0;
    pauseNanos = settings.firstPause().toNanos();
  }

  synchronized void failed() {
    failures++;
    if (state == State.HALF_OPEN) {
      pauseNanos = Math.min(2 * pauseNanos, settings.longestPause().toNanos());
    } else if (failures < settings.failures()) {
      return;
    }
    state = State.OPEN;
    pausedAtNanos = nanoTime.getAsLong();
  }

  State state() {
    return state;
  }

  /// Whether it keeps from a try that nobody has wanted for long, since it would be over else.
  synchronized boolean isForgotten() {
    return state != State.CLOSED
        && nanoTime.getAsLong() - pausedAtNanos
            > FORGOTTEN_PAUSES * settings.longestPause().toNanos();
  }
}
