package dev.terrace.server;

import java.time.Duration;

/// Limits for tests: the usual ones, but for some.
final class TestLimits {
  static final Duration LONG = Duration.ofHours(1);
  static final Duration SHORT = Duration.ofMillis(400);

  /// Where something has to succeed before: a connection, a handshake, a first request.
  static final Duration FAIR = Duration.ofSeconds(3);

  private static final Limits USUAL = Limits.DEFAULTS;

  private TestLimits() {}

  /// Bodies of 1 MiB at most, and these deadlines.
  static Limits of(Duration head, Duration idle, Duration body, Duration write) {
    return of(head, idle, body, write, USUAL.connections(), USUAL.requests());
  }

  /// No more than these at once.
  static Limits of(int connections, int requests) {
    return of(LONG, LONG, LONG, LONG, connections, requests);
  }

  private static Limits of(
      Duration head, Duration idle, Duration body, Duration write, int connections, int requests) {
    return new Limits(
        USUAL.request(),
        head,
        idle,
        1 << 20,
        body,
        1024,
        write,
        LONG,
        USUAL.linger(),
        connections,
        requests,
        USUAL.streams(),
        USUAL.controlFrames(),
        USUAL.controlWindow(),
        USUAL.resets(),
        USUAL.resetWindow());
  }
}
