package dev.terrace.origin;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// The limits of asking the target; each is an option of the operator's.
///
/// @param connectTimeout to connect, TLS handshake included
/// @param headTimeout to wait for a connection; and, once the request has left, for the end of the
///   answer's head
/// @param bodyStallTimeout how long a body, either way, may stand still
/// @param idleTimeout how long an unused connection is kept, at most; a shorter Keep-Alive hint of
///   the target, less a second, goes first
/// @param connectionLife past this age a connection is closed at the end of its answer; with
///   [#nameLife] it bounds how long an address that the target's name has lost is used
/// @param nameLife how long a resolved address is kept
/// @param maxConnections pooled connections over HTTP/1.1
/// @param maxHttp2Connections pooled connections over HTTP/2, each with [#maxStreams]
/// @param maxStreams requests at once on a connection over HTTP/2
/// @param maxWaiting requests that wait for a connection, those for which one is being opened among
///   them; more are refused
/// @param maxTunnels tunnels at once; each has a connection of its own
/// @param maxInterim 1xx answers before the final one
/// @param maxHeadBytes of an answer: its fields, and its trailers, each
/// @param maxFields field lines of an answer's head, and of its trailers, each
/// @param trustedCertificates PEM file of the authorities to trust; empty for the JDK's
public record TargetSettings(
    Duration connectTimeout,
    Duration headTimeout,
    Duration bodyStallTimeout,
    Duration idleTimeout,
    Duration connectionLife,
    Duration nameLife,
    int maxConnections,
    int maxHttp2Connections,
    int maxStreams,
    int maxWaiting,
    int maxTunnels,
    int maxInterim,
    int maxHeadBytes,
    int maxFields,
    Optional<Path> trustedCertificates) {

  /// What holds where the operator says nothing.
  public static final TargetSettings DEFAULTS =
      new TargetSettings(
          Duration.ofSeconds(3),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          Duration.ofSeconds(4),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          512,
          8,
          100,
          2048,
          1024,
          8,
          64 * 1024,
          200,
          Optional.empty());

  public TargetSettings {
    positive("connectTimeout", connectTimeout.toMillis());
    positive("headTimeout", headTimeout.toMillis());
    positive("bodyStallTimeout", bodyStallTimeout.toMillis());
    positive("idleTimeout in seconds", idleTimeout.toSeconds());
    positive("connectionLife", connectionLife.toMillis());
    positive("nameLife", nameLife.toMillis());
    positive("maxConnections", maxConnections);
    positive("maxHttp2Connections", maxHttp2Connections);
    positive("maxStreams", maxStreams);
    positive("maxWaiting", maxWaiting);
    positive("maxTunnels", maxTunnels);
    positive("maxInterim", maxInterim);
    positive("maxHeadBytes", maxHeadBytes);
    positive("maxFields", maxFields);
  }

  private static void positive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be positive, but is " + value);
    }
  }
}
