package dev.terrace.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// How the connections to Redis are.
///
/// @param mode `standalone`, `sentinel` or `cluster`; `auto` until the server has said what it is
/// @param version of the server; empty until it is known
/// @param runId of the server's process, in a cluster of the node that was connected last; empty
///   until it is known
/// @param nodes masters that there are
/// @param since when the state began
/// @param lastFailure why a connection was lost or could not be made, last; empty: never
/// @param roundTrip of the last ping that was answered
public record Status(
    State state,
    String mode,
    String version,
    String runId,
    int nodes,
    Instant since,
    String lastFailure,
    Optional<Duration> roundTrip) {

  /// Whether commands get through.
  public enum State {
    /// To every node.
    CONNECTED,
    /// To some of the nodes of a cluster.
    PARTLY,
    /// To none.
    DISCONNECTED
  }

  /// Whether commands get through to some node at least.
  public boolean connected() {
    return state != State.DISCONNECTED;
  }
}
