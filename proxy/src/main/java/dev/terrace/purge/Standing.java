package dev.terrace.purge;

import java.util.List;

/// What has become of a purge by now.
///
/// @param isDurable whether this instance would know of it after a crash
/// @param log whether the log that instances share has it
/// @param isSettled whether instances that follow an older lineage of the log are bound, too
/// @param others every other instance that follows the log
public record Standing(boolean isDurable, Logged log, boolean isSettled, List<Instance> others) {
  /// Of a purge that holds, of an instance that shares nothing.
  public static final Standing HOLDS = new Standing(true, Logged.NOT_SHARED, true, List.of());

  public Standing {
    others = List.copyOf(others);
  }

  public enum Logged {
    /// This instance shares no log.
    NOT_SHARED,
    PENDING,
    APPLIED
  }

  public enum State {
    APPLIED,
    PENDING,
    /// Silent for so long that nobody waits for it; it applies the purge before it reads from Redis
    /// again.
    UNREACHABLE,
    /// Silent, and therefore confirming everything with the target.
    BOUND
  }

  /// @param id as the instance names itself
  public record Instance(String id, State state) {}

  /// Whether the purge binds every instance but those that are named as unreachable.
  public boolean isComplete() {
    return isSettled && isHeard();
  }

  /// Whether everybody who is known has heard of it: what may still be missing takes long.
  public boolean isHeard() {
    return isDurable
        && log != Logged.PENDING
        && others.stream().noneMatch(other -> other.state() == State.PENDING);
  }
}
