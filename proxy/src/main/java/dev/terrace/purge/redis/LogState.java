package dev.terrace.purge.redis;

import dev.terrace.purge.History;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// What an instance knows of the log at this moment, shared by who steps and who asks. Guarded by
/// itself where it does not say otherwise; whoever changes what somebody may wait for notifies.
final class LogState {
  final Following following;
  final Pending pending = new Pending();
  final Propagation propagation = new Propagation();

  /// Ids of purges that were not on the disk when they were accepted.
  final Set<String> notDurable = new HashSet<>();

  /// How often another lineage was adopted, by why.
  final Map<String, Long> distrust = new HashMap<>();

  /// Records applied since the start.
  long replayed;

  /// Records not applied, as last heard.
  long lag;

  /// Members and purges that they were given directly. Safe for use by any thread.
  final Set<String> handed = ConcurrentHashMap.newKeySet();

  // These are read on every hit.
  volatile Lease lease = Lease.NONE;
  volatile boolean nothingWaits;

  /// While others surely have it on their list.
  volatile Lease membership = Lease.NONE;

  /// Whether purges elsewhere wait for this instance, or name it: else it must not go on by itself
  /// without Redis.
  volatile boolean isListed;

  /// Whether it has never followed the log, so that it does not know of any other instance. It may
  /// then reuse what it fetched itself: else a Redis that is away at the first start would switch
  /// the cache off.
  volatile boolean isStranger;

  LogState(History.Remembered remembered, long nowNanos) {
    following = new Following(remembered, members(remembered), nowNanos);
    isListed = remembered.members().self() == History.Self.LISTED;
    isStranger = remembered.lineage().isEmpty();
    remembered.pending().forEach(pending::add);
    nothingWaits = pending.isEmpty();
    // A series that begins at 1 has never risen, so that no alert would see the first time.
    Steps.CAUSES.forEach(cause -> distrust.put(cause, 0L));
  }

  private static List<Member> members(History.Remembered remembered) {
    try {
      return ControlKey.readMembers(String.join("\n", remembered.members().others()));
    } catch (IOException e) {
      throw new IllegalStateException("the journal holds a malformed member", e);
    }
  }
}
