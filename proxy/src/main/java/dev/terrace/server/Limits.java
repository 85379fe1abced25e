package dev.terrace.server;

import dev.terrace.http.RequestCheck;
import java.time.Duration;

/// What a client may take of the listener (security.md S5–S7). Past a limit a request is refused or
/// its connection closed; none can be switched off.
///
/// @param request of one head
/// @param headDeadline from the first byte of a head to its last
/// @param idle how long a connection without a request stays open
/// @param bodyBytes largest request body; past it 413
/// @param bodyGrace how long a client may keep the reader of its body waiting in all, before its
///   rate counts
/// @param bodyBytesPerSecond the rate below which a body counts as stalled after that
/// @param writeStall how long a client may take nothing of what is being sent
/// @param tunnelIdle how long a WebSocket may be silent both ways
/// @param linger how long a connection that is being closed waits for the client to have read
/// @param connections open at once
/// @param requests in work at once; past it 503
/// @param streams open at once on one HTTP/2 connection
/// @param controlFrames PING, SETTINGS and PRIORITY frames of one HTTP/2 connection in a window
/// @param controlWindow the length of that window
/// @param resets RST_STREAM frames of one HTTP/2 connection in a window
/// @param resetWindow the length of that window
public record Limits(
    RequestCheck.Limits request,
    Duration headDeadline,
    Duration idle,
    long bodyBytes,
    Duration bodyGrace,
    long bodyBytesPerSecond,
    Duration writeStall,
    Duration tunnelIdle,
    Duration linger,
    int connections,
    int requests,
    int streams,
    int controlFrames,
    Duration controlWindow,
    int resets,
    Duration resetWindow) {

  /// The defaults of security.md.
  public static final Limits DEFAULTS =
      new Limits(
          new RequestCheck.Limits(8 << 10, 32 << 10, 100, 256),
          Duration.ofSeconds(10),
          Duration.ofSeconds(75),
          Long.MAX_VALUE,
          Duration.ofSeconds(5),
          1024,
          Duration.ofSeconds(30),
          Duration.ofHours(1),
          Duration.ofSeconds(1),
          10_000,
          20_000,
          100,
          1_000,
          Duration.ofSeconds(10),
          200,
          Duration.ofSeconds(30));
}
