package dev.terrace.purge.redis;

import dev.terrace.purge.PurgeRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives purges that wait to the other members, while the log cannot be reached. Used by one
/// thread.
final class Handing {
  private static final Logger LOG = LoggerFactory.getLogger(Handing.class);

  /// How long it may keep this instance from the log; what is under way then is finished.
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final LogState state;
  private final Clocks clocks;

  Handing(LogState state, Clocks clocks) {
    this.state = state;
    this.clocks = clocks;
  }

  void hand(SharedPurges.Neighbours neighbours) {
    List<PurgeRequest> waiting;
    List<Member> members;
    synchronized (state) {
      waiting = state.pending.promised();
      members = state.following.others().stream().map(Following.Seen::member).toList();
    }
    if (waiting.isEmpty() || members.isEmpty()) {
      return;
    }
    long deadline = clocks.nanos() + PATIENCE.toNanos();
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      members.forEach(member -> each.execute(() -> hand(neighbours, member, waiting, deadline)));
    }
  }

  private void hand(
      SharedPurges.Neighbours neighbours,
      Member member,
      List<PurgeRequest> waiting,
      long deadline) {
    for (PurgeRequest purge : waiting) {
      String handing = member.id() + ' ' + purge.id();
      if (state.handed.contains(handing)) {
        continue;
      }
      if (clocks.nanos() - deadline > 0) {
        return;
      }
      switch (neighbours.hand(member, purge)) {
        case TAKEN -> state.handed.add(handing);
        case REFUSED -> LOG.debug("{} does not take purge {}", member.id(), purge.id());
        case UNREACHABLE -> {
          return;
        }
      }
    }
  }
}
