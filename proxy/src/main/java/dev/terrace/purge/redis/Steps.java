package dev.terrace.purge.redis;

import dev.terrace.observe.Event;
import dev.terrace.observe.Observer;
import dev.terrace.purge.History;
import dev.terrace.purge.Purge;
import dev.terrace.purge.PurgeRequest;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.Scope;
import dev.terrace.purge.Stamp;
import dev.terrace.redis.NotConnectedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The steps by which an instance follows the log: Send, Run, Reply, Renew, Birth and Adopt of
/// docs/decisions/purges-across-instances.md, which has the argument for their order. Used by one
/// thread.
final class Steps {
  private static final Logger LOG = LoggerFactory.getLogger(Steps.class);

  private static final String OTHER_LINEAGE = "other-lineage";

  /// Why another lineage may be adopted: the reasons for doubt in `sync.lua`, and a lineage that
  /// another instance began.
  static final List<String> CAUSES =
      List.of(
          "head-missing", "run", "left-lineage", "beat", "position", "nonce", "gap", OTHER_LINEAGE);

  private final SharedPurges.Settings settings;
  private final LogState state;
  private final Standings standings;
  private final Invalidations invalidations;
  private final PurgeTable table;
  private final Log log;
  private final History history;
  private final Clocks clocks;
  private final RandomGenerator random;
  private final Observer observer;

  /// Whether the disk does not know the lineage yet.
  private boolean historyLags;

  /// Who follows the log, as the disk has it.
  private History.Members writtenMembers;

  /// Whether it was said that the disk does not take them.
  private boolean membersLag;

  Steps(
      SharedPurges.Settings settings,
      LogState state,
      Standings standings,
      Invalidations invalidations,
      PurgeTable table,
      Log log,
      History history,
      Clocks clocks,
      RandomGenerator random,
      Observer observer) {
    this.settings = settings;
    this.state = state;
    this.standings = standings;
    this.invalidations = invalidations;
    this.table = table;
    this.log = log;
    this.history = history;
    this.clocks = clocks;
    this.random = random;
    this.observer = observer;
    this.writtenMembers = history.remembered().members();
  }

  /// One step: asks the log, and takes what it answers.
  ///
  /// @throws IOException if the log could not be followed
  SharedPurges.Next step() throws IOException {
    Lease fresh = Lease.begin(clocks, settings.lease());
    Ask ask;
    if (!invalidations.isEmpty()) {
      collectInvalidations();
    }
    synchronized (state) {
      ask =
          state.following.ask(
              state.pending.next(),
              clocks.nanos(),
              SharedPurges.LONGEST_LEASE.toNanos(),
              settings.mostSilent().toNanos());
    }
    return switch (log.step(ask)) {
      case Reply.Doubt doubt -> begin(doubt);
      case Reply.Other(long lineage) -> {
        adopt(lineage, OTHER_LINEAGE);
        yield SharedPurges.Next.AGAIN;
      }
      case Reply.Current current -> take(ask, current, fresh);
    };
  }

  /// Birth: a lineage in place of what cannot be trusted. The node is asked whether it is the
  /// rightful one before.
  private SharedPurges.Next begin(Reply.Doubt doubt) throws IOException {
    state.lease = Lease.NONE;
    if (!log.isRightful()) {
      throw notRightful();
    }
    List<Long> left;
    List<Member> absent;
    synchronized (state) {
      left = new ArrayList<>(state.following.left());
      state.following.lineage().ifPresent(left::addFirst);
      absent = state.following.others().stream().map(seen -> seen.member().absent()).toList();
    }
    long lineage = random.nextLong();
    boolean isBegun = log.begin(doubt, lineage, left, absent);
    if (isBegun) {
      if (left.isEmpty() && doubt.lineage().isEmpty()) {
        LOG.info("Begins the log of purges in Redis");
      } else {
        LOG.warn(
            "What Redis knows of purges cannot be trusted ({}): entries from before are confirmed"
                + " with the target at their next use",
            doubt.reason());
      }
      adopt(lineage, doubt.reason());
    }
    // Whoever was faster rings.
    return isBegun ? SharedPurges.Next.AGAIN : SharedPurges.Next.LATER;
  }

  private void adopt(long lineage, String cause) {
    state.lease = Lease.NONE;
    try {
      history.adopt(lineage);
      historyLags = false;
    } catch (IOException e) {
      // A restart finds the older lineage and adopts this one again.
      historyLags = true;
      LOG.warn("The journal of purges cannot be written: {}", e.toString());
    }
    synchronized (state) {
      if (state.following.lineage().isPresent()) {
        state.distrust.merge(cause, 1L, Long::sum);
      }
      state.isStranger = false;
      state.following.adopt(lineage, clocks.nanos());
      table.adopt(lineage);
      state.pending.forgetFound();
      state.propagation.leaveLog();
      state.pending.scopes().forEach((mode, scopes) -> table.apply(scopes, mode));
      state.notifyAll();
    }
  }

  private SharedPurges.Next take(Ask ask, Reply.Current current, Lease fresh) throws IOException {
    if (reply(ask, current) < current.seq()) {
      return SharedPurges.Next.AGAIN;
    }
    if (!log.isRightful()) {
      throw notRightful();
    }
    if (fresh.isHeld(clocks)) {
      renew(current, fresh);
    }
    // What was applied is reported at once: somebody may wait for it.
    boolean isMoreToSay = !current.records().isEmpty() || hasMorePending();
    return isMoreToSay ? SharedPurges.Next.AGAIN : SharedPurges.Next.LATER;
  }

  /// Applies what was returned, and writes it down.
  ///
  /// @return up to where the log is applied
  private long reply(Ask ask, Reply.Current current) throws IOException {
    long first = Math.max(ask.seq(), current.floor()) + 1;
    long last = first + current.records().size() - 1;
    long lineage = ask.lineage().orElseThrow();
    List<Purge> purges = purges(current.records(), first);
    synchronized (state) {
      purges.forEach(table::restore);
      table.restore(Stamp.of(last), Stamp.of(current.floor()));
      state.replayed += current.records().size();
      state.lag = current.seq() - last;
      for (int i = 0; i < current.records().size(); i++) {
        state.pending.found(current.records().get(i), lineage, first + i);
      }
      current.known().forEach((id, seq) -> state.pending.found(id, lineage, seq));
    }
    write(ask, current, purges, last);
    return last;
  }

  /// Takes the lease, and what the log surely has is pending no more: what an old master alone has
  /// may be lost with it.
  private void renew(Reply.Current current, Lease fresh) throws IOException {
    List<String> done;
    History.Members members;
    synchronized (state) {
      state.following.heard(current, settings.self(), clocks.nanos());
      state.isListed = true;
      members = members(self());
      done = state.pending.foundIds();
      state.pending.confirmFound();
      measurePropagation(done);
      state.notDurable.removeIf(id -> !state.pending.isWaiting(id));
      if (state.pending.isEmpty()) {
        state.handed.clear();
      }
      state.lease = fresh;
      state.membership = fresh.extended(settings.membership());
      state.nothingWaits = state.pending.isEmpty();
      state.notifyAll();
    }
    keepDone(done, current);
    noteMembers(members);
  }

  /// As what others reckon with once this instance is silent: of one that confirms nobody waits, or
  /// names it, so that it must not go on by itself when it comes back in another mode.
  private History.Self self() {
    return settings.binding() == Member.Binding.CONFIRMS
        ? History.Self.UNLISTED
        : History.Self.LISTED;
  }

  /// Who follows the log, but for what changes with each step.
  private History.Members members(History.Self self) {
    return new History.Members(
        self,
        state.following.others().stream()
            .map(seen -> ControlKey.member(seen.member().absent()))
            .sorted()
            .toList());
  }

  /// Writes them down; what the disk does not take is tried again with the next step.
  private void noteMembers(History.Members members) {
    try {
      keepMembers(members);
      membersLag = false;
    } catch (IOException e) {
      if (!membersLag) {
        membersLag = true;
        LOG.warn("Who shares purges cannot be written down: {}", e.toString());
      }
    }
  }

  private void keepMembers(History.Members members) throws IOException {
    if (!members.equals(writtenMembers)) {
      history.heard(members);
      writtenMembers = members;
    }
  }

  private static IOException notRightful() {
    return new IOException("most do not name the node of Redis that answers as the one in charge");
  }

  private void measurePropagation(List<String> done) {
    for (String id : done) {
      state.pending.logged(id).ifPresent(place -> state.propagation.logged(id, place.seq()));
    }
    state
        .propagation
        .arrived(standings.appliedByAll(), clocks.nanos())
        .forEach(nanos -> observer.on(new Event.PurgePropagated(nanos)));
  }

  private void keepDone(List<String> done, Reply.Current current) throws IOException {
    if (!done.isEmpty()) {
      long seq;
      long nonce;
      synchronized (state) {
        seq = state.following.written();
        nonce = state.following.nonce();
      }
      history.advance(new History.Advance(List.of(), done, seq, nonce, Stamp.of(current.floor())));
    }
  }

  private boolean hasMorePending() {
    synchronized (state) {
      return state.pending.hasNext();
    }
  }

  private static List<Purge> purges(List<PurgeRequest> records, long first) {
    List<Purge> purges = new ArrayList<>();
    long seq = first;
    for (PurgeRequest record : records) {
      for (Scope scope : record.scopes()) {
        purges.add(new Purge(scope, record.mode(), Stamp.of(seq)));
      }
      seq++;
    }
    return purges;
  }

  /// Writes down what was applied; until that works nothing of it is reported.
  private void write(Ask ask, Reply.Current current, List<Purge> purges, long last)
      throws IOException {
    if (historyLags) {
      history.adopt(ask.lineage().orElseThrow());
      historyLags = false;
    }
    if (last == ask.seq()) {
      return;
    }
    long nonce = current.records().isEmpty() ? 0 : current.records().getLast().nonce();
    history.advance(new History.Advance(purges, List.of(), last, nonce, Stamp.of(current.floor())));
    synchronized (state) {
      state.following.written(last, nonce);
    }
  }

  /// Makes purges of the invalidations that wait, without a word to anyone. Where too many wait
  /// already they stay in force here alone, as those beyond their budget do.
  private void collectInvalidations() {
    synchronized (state) {
      state.nothingWaits = false;
      invalidations
          .take()
          .forEach(
              (mode, scopes) ->
                  Parts.of(
                          UUID.randomUUID().toString(),
                          scopes,
                          mode,
                          clocks.wall().instant(),
                          random)
                      .forEach(state.pending::offer));
      state.nothingWaits = state.pending.isEmpty();
    }
  }

  /// Takes this instance off the list of members: nobody needs to wait for it any more.
  void leave() throws IOException {
    Optional<Long> lineage;
    History.Members unlisted;
    synchronized (state) {
      lineage = state.following.lineage();
      unlisted = members(History.Self.UNLISTED);
    }
    if (lineage.isPresent()) {
      // Once it is off the list its files may miss purges that nobody tells it of.
      History.Members before = writtenMembers;
      state.isListed = false;
      keepMembers(unlisted);
      try {
        log.leave(lineage.get());
      } catch (NotConnectedException e) {
        // Only then is it still on the list for sure: an answer that is lost says nothing.
        keepMembers(before);
        throw e;
      }
    }
  }
}
