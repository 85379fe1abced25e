package dev.terrace.purge.redis;

import dev.terrace.purge.Standing;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What has become of purges, by what is known of the log. Safe for use by any thread.
final class Standings {
  private final SharedPurges.Settings settings;
  private final LogState state;
  private final Clocks clocks;

  Standings(SharedPurges.Settings settings, LogState state, Clocks clocks) {
    this.settings = settings;
    this.state = state;
    this.clocks = clocks;
  }

  /// Up to where every other instance has applied the log, but for those nobody waits for.
  long appliedByAll() {
    synchronized (state) {
      return state.following.others().stream()
          .filter(seen -> silent(seen).compareTo(settings.memberTimeout()) <= 0)
          .mapToLong(seen -> seen.member().beat() < 0 ? 0 : seen.member().applied())
          .min()
          .orElse(Long.MAX_VALUE);
    }
  }

  private Duration silent(Following.Seen seen) {
    return Duration.ofNanos(clocks.nanos() - seen.heardNanos());
  }

  /// What has become of the purge with this id.
  Standing of(String id) {
    synchronized (state) {
      return guarded(id);
    }
  }

  private Standing guarded(String id) {
    List<String> ids =
        Parts.ids(id, state.pending::isKnown).stream().map(state.pending::current).toList();
    // What was logged in an older lineage is not looked for in this one: what it covered is suspect
    // to everybody who was heard of in this one.
    long wanted =
        ids.stream()
            .flatMap(part -> state.pending.logged(part).stream())
            .filter(place -> state.following.lineage().equals(Optional.of(place.lineage())))
            .mapToLong(Pending.Logged::seq)
            .max()
            .orElse(0);
    if (ids.isEmpty()) {
      return ofForgotten();
    }
    Standing.Logged log =
        ids.stream().anyMatch(state.pending::isWaiting)
            ? Standing.Logged.PENDING
            : Standing.Logged.APPLIED;
    return standing(ids.stream().noneMatch(state.notDurable::contains), log, ids, wanted);
  }

  /// Its place is not known any more: it is complete once everything is that is known.
  private Standing ofForgotten() {
    return standing(
        state.notDurable.isEmpty(),
        state.pending.isEmpty() ? Standing.Logged.APPLIED : Standing.Logged.PENDING,
        List.of(),
        state.following.written());
  }

  private Standing standing(boolean isDurable, Standing.Logged log, List<String> ids, long wanted) {
    return new Standing(
        isDurable,
        log,
        state.following.isSettled(),
        state.following.others().stream().map(seen -> instance(seen, log, ids, wanted)).toList());
  }

  private boolean wasHanded(Member member, List<String> ids) {
    return !ids.isEmpty()
        && ids.stream().allMatch(id -> state.handed.contains(member.id() + ' ' + id));
  }

  /// Nobody has applied, or is bound by, what the log does not have, unless it was given to him.
  private Standing.Instance instance(
      Following.Seen seen, Standing.Logged log, List<String> ids, long wanted) {
    boolean isLogged = log == Standing.Logged.APPLIED;
    Member member = seen.member();
    Duration silent = silent(seen);
    Standing.State answer = Standing.State.PENDING;
    if (isLogged ? member.beat() >= 0 && member.applied() >= wanted : wasHanded(member, ids)) {
      answer = Standing.State.APPLIED;
    } else if (isLogged
        && member.binding() == Member.Binding.CONFIRMS
        && silent.compareTo(SharedPurges.LONGEST_LEASE) > 0) {
      answer = Standing.State.BOUND;
    } else if (silent.compareTo(longestWait(member)) > 0) {
      answer = Standing.State.UNREACHABLE;
    }
    return new Standing.Instance(member.id(), answer);
  }

  /// Who is bound by its silence is not given up before it is.
  private Duration longestWait(Member member) {
    Duration timeout = settings.memberTimeout();
    return member.binding() == Member.Binding.CONFIRMS
            && timeout.compareTo(SharedPurges.LONGEST_LEASE) < 0
        ? SharedPurges.LONGEST_LEASE
        : timeout;
  }
}
