package dev.terrace.origin;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// The limits of asking the target; each is an option of the operator's.
///
/// @param trustedCertificates PEM file of the authorities to trust; empty for the JDK's
public record TargetSettings(
    Deadlines deadlines, Pool pool, AnswerLimits answers, Optional<Path> trustedCertificates) {

  /// @param connect to connect, and as long again for the TLS handshake
  /// @param head to wait for a connection; and, once the request has left, for the end of the
  ///   answer's head
  /// @param bodyStall how long a body, either way, may stand still
  public record Deadlines(Duration connect, Duration head, Duration bodyStall) {
    public Deadlines {
      positive("connect", connect.toMillis());
      positive("head", head.toMillis());
      positive("bodyStall", bodyStall.toMillis());
    }
  }

  /// @param idle how long an unused connection is kept, at most, in whole seconds; a shorter
  ///   Keep-Alive hint of the target, less a second, goes first
  /// @param connectionLife past this age a connection is closed at the end of its answer; with
  ///   `nameLife` it bounds how long an address that the target's name has lost is used
  /// @param nameLife how long a resolved address is kept
  /// @param connections pooled, over HTTP/1.1
  /// @param http2Connections pooled, over HTTP/2
  /// @param streams requests at once on one connection over HTTP/2
  /// @param waiting requests that wait for a connection, those for which one is being opened among
  ///   them; more are refused
  /// @param tunnels at once; each has a connection of its own
  public record Pool(
      Duration idle,
      Duration connectionLife,
      Duration nameLife,
      int connections,
      int http2Connections,
      int streams,
      int waiting,
      int tunnels) {
    public Pool {
      positive("idle", idle.toSeconds());
      positive("connectionLife", connectionLife.toMillis());
      positive("nameLife", nameLife.toMillis());
      positive("connections", connections);
      positive("http2Connections", http2Connections);
      positive("streams", streams);
      positive("waiting", waiting);
      positive("tunnels", tunnels);
    }
  }

  /// What one answer may hold.
  ///
  /// @param interim 1xx answers before the final one
  /// @param headBytes of its fields, and of its trailers, each
  /// @param fields lines of its head, and of its trailers, each
  public record AnswerLimits(int interim, int headBytes, int fields) {
    public AnswerLimits {
      positive("interim", interim);
      positive("headBytes", headBytes);
      positive("fields", fields);
    }
  }

  /// What holds where the operator says nothing.
  public static final TargetSettings DEFAULTS =
      new TargetSettings(
          new Deadlines(Duration.ofSeconds(3), Duration.ofSeconds(60), Duration.ofSeconds(30)),
          new Pool(
              Duration.ofSeconds(4),
              Duration.ofSeconds(10),
              Duration.ofSeconds(10),
              512,
              8,
              100,
              2048,
              1024),
          new AnswerLimits(8, 64 * 1024, 200),
          Optional.empty());

  /// The same with other deadlines.
  public TargetSettings with(Deadlines replacement) {
    return new TargetSettings(replacement, pool, answers, trustedCertificates);
  }

  /// The same with another pool.
  public TargetSettings with(Pool replacement) {
    return new TargetSettings(deadlines, replacement, answers, trustedCertificates);
  }

  /// The same, trusting these authorities alone.
  public TargetSettings trusting(Path pem) {
    return new TargetSettings(deadlines, pool, answers, Optional.of(pem));
  }

  private static void positive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be positive, but is " + value);
    }
  }
}
