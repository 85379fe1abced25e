package dev.terrace.purge.redis;

import dev.terrace.purge.History;
import dev.terrace.purge.PurgeRequest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How purges that wait for the log get to the disk, and stay within their bound. Safe for use by
/// any thread.
final class Keeping {
  private static final Logger LOG = LoggerFactory.getLogger(Keeping.class);

  /// Of what the disk refused before.
  private static final int MOST_AT_ONCE = 100;

  private final LogState state;
  private final History history;
  private final Clocks clocks;
  private final RandomGenerator random;

  /// Whether the disk has refused some, which has been said.
  private final AtomicBoolean failing = new AtomicBoolean();

  Keeping(LogState state, History history, Clocks clocks, RandomGenerator random) {
    this.state = state;
    this.history = history;
    this.clocks = clocks;
    this.random = random;
  }

  /// From now on it waits, and is not on the disk. Called with the state held, before [#keep].
  void add(PurgeRequest purge) {
    state.pending.add(purge);
    state.notDurable.add(purge.id());
  }

  /// Writes down what was added, as far as the disk takes it, and what has become too much is
  /// folded.
  void keep(List<PurgeRequest> purges) {
    replace(List.of(), purges);
    fold();
  }

  /// Writes down what the disk refused before, as far as it takes it now.
  void keepRefused() {
    if (!history.outlivesProcess()) {
      return;
    }
    List<PurgeRequest> refused;
    synchronized (state) {
      if (state.notDurable.isEmpty()) {
        return;
      }
      refused =
          state.pending.promised().stream()
              .filter(purge -> state.notDurable.contains(purge.id()))
              .limit(MOST_AT_ONCE)
              .toList();
    }
    try {
      if (!refused.isEmpty() && history.keep(refused, List.of())) {
        kept(refused);
        forgetGone(refused);
      }
    } catch (IOException e) {
      LOG.debug("The journal of purges still cannot be written", e);
    }
  }

  /// Whether a crash would not bring back what it covers.
  boolean isSafe(String id) {
    synchronized (state) {
      return !history.outlivesProcess() || !state.notDurable.contains(state.pending.current(id));
    }
  }

  private void fold() {
    Optional<Pending.Fold> fold;
    synchronized (state) {
      fold = state.pending.fold(clocks.wall().instant(), random);
      fold.ifPresent(
          folded -> {
            state.handed.clear();
            folded.ids().forEach(state.notDurable::remove);
            state.propagation.forget(folded.ids());
            folded.instead().forEach(purge -> state.notDurable.add(purge.id()));
          });
    }
    fold.ifPresent(
        folded -> {
          LOG.warn(
              "Too many purges wait for Redis: {} of them become one of everything",
              folded.ids().size());
          replace(folded.ids(), folded.instead());
        });
  }

  private void replace(List<String> ids, List<PurgeRequest> purges) {
    boolean isKept = false;
    try {
      isKept = history.keep(purges, ids);
    } catch (IOException e) {
      if (failing.compareAndSet(false, true)) {
        LOG.warn("Purges are in force but would not survive a restart: {}", e.getMessage());
      }
    }
    if (isKept) {
      kept(purges);
    }
    forgetGone(purges);
  }

  private void kept(List<PurgeRequest> purges) {
    boolean isAll;
    synchronized (state) {
      purges.forEach(purge -> state.notDurable.remove(purge.id()));
      isAll = state.notDurable.isEmpty();
    }
    if (isAll && failing.compareAndSet(true, false)) {
      LOG.info("Purges are written again");
    }
  }

  /// The log may have had some, or they were folded, before the disk had them.
  private void forgetGone(List<PurgeRequest> purges) {
    List<String> gone;
    synchronized (state) {
      gone =
          purges.stream().map(PurgeRequest::id).filter(id -> !state.pending.isWaiting(id)).toList();
    }
    try {
      if (!gone.isEmpty()) {
        boolean _ = history.keep(List.of(), gone);
      }
    } catch (IOException e) {
      LOG.debug("A restart puts purges into the log that it has already", e);
    }
  }
}
