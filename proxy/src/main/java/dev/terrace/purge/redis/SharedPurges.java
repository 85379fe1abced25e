package dev.terrace.purge.redis;

import dev.terrace.observe.Observer;
import dev.terrace.purge.Coherence;
import dev.terrace.purge.Fence;
import dev.terrace.purge.History;
import dev.terrace.purge.Purge;
import dev.terrace.purge.PurgeRequest;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Purger;
import dev.terrace.purge.Scope;
import dev.terrace.purge.Standing;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the log of purges that instances share, and puts into it what is purged here
/// (docs/decisions/purges-across-instances.md has the argument; the words for the steps are its).
///
/// One thread calls [#step], again and again; everything else may be called by any.
public final class SharedPurges implements Purger, Coherence {
  private static final Logger LOG = LoggerFactory.getLogger(SharedPurges.class);

  private static final long REPORT_INTERVAL_MILLIS = 10;

  /// In one step.
  private static final int MOST_KEPT_AGAIN = 100;

  /// How long giving purges to the others may keep this instance from the log.
  private static final Duration HANDING = Duration.ofSeconds(1);

  /// What leases of others come to at the most, with a margin for clocks that go unlike. A test in
  /// which every instance has a shorter lease may say so in the system property
  /// `terrace.longest-lease-seconds`, and need not wait for a minute; it is no option, since one
  /// instance with a longer lease would break the promises of all.
  static final Duration LONGEST_LEASE =
      Duration.ofSeconds(Integer.getInteger("terrace.longest-lease-seconds", 60) + 1L);

  private static final Duration LEAST_SILENT = Duration.ofDays(1);
  private static final Duration STRIKE_MARGIN = Duration.ofHours(1);

  /// @param self the id of this instance
  /// @param binding what this instance does once it is cut off
  /// @param lease how long it relies on an answer of the log
  /// @param memberTimeout after which nobody waits for a silent member
  /// @param purgeWait how long a purge waits for the others
  record Settings(
      String self,
      Member.Binding binding,
      Duration lease,
      Duration memberTimeout,
      Duration purgeWait) {
    /// After which a silent member may be struck off the list.
    Duration mostSilent() {
      Duration twice = memberTimeout.multipliedBy(2);
      return twice.compareTo(LEAST_SILENT) > 0 ? twice : LEAST_SILENT;
    }

    /// How long after its last contact an instance surely is on it.
    Duration membership() {
      return mostSilent().minus(STRIKE_MARGIN);
    }
  }

  /// Whether another step is to follow at once.
  enum Next {
    AGAIN,
    LATER
  }

  private final Settings settings;
  private final PurgeTable table;
  private final History history;
  private final Clocks clocks;
  private final RandomGenerator random;
  private final LogState state;
  private final Steps steps;
  private final Standings standings;

  private volatile Runnable hurry = () -> {};
  private volatile Neighbours neighbours = (_, _) -> HandOver.Handed.UNREACHABLE;

  private final Invalidations invalidations = new Invalidations();

  /// @param table SHARED, and as it was restored
  SharedPurges(
      Settings settings,
      PurgeTable table,
      Log log,
      History history,
      InstantSource clock,
      LongSupplier nanoTime,
      RandomGenerator random,
      Observer observer) {
    this.settings = settings;
    this.table = table;
    this.history = history;
    this.clocks = new Clocks(clock, nanoTime);
    this.random = random;
    state = new LogState(history.remembered(), clocks.nanos());
    state.pending.all().forEach(purge -> table.apply(purge.scopes(), purge.mode()));
    standings = new Standings(settings, state, clocks);
    steps =
        new Steps(
            settings,
            state,
            standings,
            invalidations,
            table,
            log,
            history,
            clocks,
            random,
            observer);
  }

  /// How other instances are reached while the log is not.
  interface Neighbours {
    HandOver.Handed hand(Member member, PurgeRequest purge);
  }

  void reach(Neighbours others) {
    neighbours = others;
  }

  /// @param action asks for a step at once; it neither blocks nor waits
  void onHurry(Runnable action) {
    hurry = action;
  }

  @Override
  public boolean isTrusted() {
    return isServing() || isInContact();
  }

  /// Whether it goes on by itself when it is cut off.
  private boolean isServing() {
    return switch (settings.binding()) {
      case CONFIRMS -> false;
      case SERVES -> state.isListed || state.isStranger;
      case FORGETS -> state.isStranger || (state.isListed && state.membership.isHeld(clocks));
    };
  }

  @Override
  public boolean areFilesTrusted() {
    return isTrusted() && state.isListed;
  }

  /// Whether the log was followed to its end, within a lease.
  public boolean isInContact() {
    return state.lease.isHeld(clocks);
  }

  @Override
  public Optional<Fence> beginSharedRead() {
    // The fence comes first: a purge that is accepted after it stands above it. Invalidations come
    // before what is pending, the way that they take.
    Fence fence = table.capture();
    return invalidations.isEmpty() && state.nothingWaits && isInContact()
        ? Optional.of(fence)
        : Optional.empty();
  }

  @Override
  public void purge(String id, List<Scope> scopes, Mode mode) {
    accept(id, scopes, mode);
    long deadline = clocks.nanos() + settings.purgeWait().toNanos();
    synchronized (state) {
      while (!standing(id).isHeard()) {
        long left = deadline - clocks.nanos();
        if (left <= 0 || Thread.currentThread().isInterrupted()) {
          return;
        }
        hurry.run();
        try {
          // Others report without ringing, so they are asked again and again for as long as
          // somebody waits.
          state.wait(Math.max(1, Math.min(REPORT_INTERVAL_MILLIS, left / 1_000_000)));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  /// In force when this returns, and on the disk where that works; nobody is waited for.
  void accept(String id, List<Scope> scopes, Mode mode) {
    List<PurgeRequest> parts = new ArrayList<>();
    synchronized (state) {
      parts.addAll(Parts.of(id, scopes, mode, clocks.wall().instant(), random));
      if (parts.stream().allMatch(state.pending::isAsked)) {
        return;
      }
      state.nothingWaits = false;
      table.apply(scopes, mode);
      parts.forEach(this::addPending);
      state.propagation.accepted(parts.getLast().id(), clocks.nanos());
    }
    for (PurgeRequest part : parts) {
      keep(part);
    }
    fold();
    hurry.run();
  }

  /// Not on the disk yet. Called under the state's lock.
  private void addPending(PurgeRequest purge) {
    state.pending.add(purge);
    state.notDurable.add(purge.id());
  }

  private void keep(PurgeRequest purge) {
    kept(purge, isDurable(() -> history.accept(purge)));
  }

  private void kept(PurgeRequest purge, boolean isKept) {
    boolean isWaiting;
    synchronized (state) {
      isWaiting = state.pending.isWaiting(purge.id());
      if (isWaiting && !isKept) {
        state.notDurable.add(purge.id());
      } else {
        state.notDurable.remove(purge.id());
      }
    }
    if (!isWaiting) {
      // The log had it, or it was folded, before the disk did.
      isDurable(() -> history.replace(List.of(purge.id()), List.of()));
    }
  }

  /// Writes down what the disk refused before, as far as it takes it now.
  private void keepRefused() {
    List<PurgeRequest> refused;
    synchronized (state) {
      if (state.notDurable.isEmpty()) {
        return;
      }
      refused =
          state.pending.promised().stream()
              .filter(purge -> state.notDurable.contains(purge.id()))
              .limit(MOST_KEPT_AGAIN)
              .toList();
    }
    try {
      if (!refused.isEmpty() && history.replace(List.of(), refused)) {
        refused.forEach(purge -> kept(purge, true));
      }
    } catch (IOException e) {
      LOG.debug("The journal of purges still cannot be written", e);
    }
  }

  /// Bounds what waits.
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
    if (fold.isPresent()) {
      Pending.Fold folded = fold.get();
      LOG.warn(
          "Too many purges wait for Redis: {} of them become one of everything",
          folded.ids().size());
      boolean isKept = isDurable(() -> history.replace(folded.ids(), folded.instead()));
      folded.instead().forEach(purge -> kept(purge, isKept));
    }
  }

  /// Keeps purges on the disk.
  private interface Keeping {
    boolean run() throws IOException;
  }

  private static boolean isDurable(Keeping keeping) {
    try {
      return keeping.run();
    } catch (IOException e) {
      LOG.warn("A purge is in force, but would not survive a restart yet: {}", e.toString());
      return false;
    }
  }

  /// Takes a purge that another instance accepted and could not put into the log.
  ///
  /// @throws IOException if it is none
  /// @return whether a crash of this instance would not bring back what it covers
  public boolean takeOver(byte[] record) throws IOException {
    PurgeRequest purge = ControlKey.readOwnRecord(record);
    synchronized (state) {
      if (state.pending.isAsked(purge)) {
        return isSafe(purge.id());
      }
      if (state.pending.isWaiting(purge.id())) {
        throw new IOException("another purge waits under the id " + purge.id());
      }
      state.nothingWaits = false;
      table.apply(purge.scopes(), purge.mode());
      addPending(purge);
    }
    keep(purge);
    fold();
    hurry.run();
    synchronized (state) {
      return isSafe(purge.id());
    }
  }

  private boolean isSafe(String id) {
    return !history.outlivesProcess() || !state.notDurable.contains(state.pending.current(id));
  }

  /// Gives what waits to the other members, since the log cannot be reached.
  void handOver() {
    List<PurgeRequest> waiting;
    List<Member> members;
    synchronized (state) {
      waiting = state.pending.promised();
      members = state.following.others().stream().map(Following.Seen::member).toList();
    }
    if (waiting.isEmpty() || members.isEmpty()) {
      return;
    }
    long deadline = clocks.nanos() + HANDING.toNanos();
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      members.forEach(member -> each.execute(() -> handOver(member, waiting, deadline)));
    }
  }

  private void handOver(Member member, List<PurgeRequest> waiting, long deadline) {
    for (PurgeRequest purge : waiting) {
      String handing = member.id() + ' ' + purge.id();
      if (!state.handed.contains(handing)) {
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

  /// Takes note of what an unsafe method invalidated here, before that is in force. For the table's
  /// recorder.
  public void invalidated(Purge purge) {
    if (invalidations.add(purge.scope(), purge.mode(), clocks.nanos())) {
      hurry.run();
    }
  }

  @Override
  public Optional<Asked> asked(String id) {
    synchronized (state) {
      List<PurgeRequest> parts =
          Parts.ids(id, part -> state.pending.remembered(part).isPresent()).stream()
              .flatMap(part -> state.pending.remembered(part).stream())
              .toList();
      return parts.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new Asked(
                  parts.stream()
                      .flatMap(part -> part.scopes().stream())
                      .collect(Collectors.toUnmodifiableSet()),
                  parts.getFirst().mode()));
    }
  }

  @Override
  public Standing standing(String id) {
    return standings.of(id);
  }

  /// One step: asks the log, and takes what it answers. Called by one thread.
  ///
  /// @throws IOException if the log could not be followed
  Next step() throws IOException {
    keepRefused();
    return steps.step();
  }

  /// Takes this instance off the list of members: nobody needs to wait for it any more. Called by
  /// the thread that steps, or after its end.
  void leave() throws IOException {
    steps.leave();
  }

  /// How it stands, for who watches.
  ///
  /// @param pending purges accepted here that the log may not have
  /// @param lag records not applied here, as last heard
  /// @param isInContact whether the log is followed
  /// @param members other instances that follow it
  /// @param replayed records applied here since the start
  /// @param distrust how often another lineage was adopted, by why
  public record Report(
      long pending,
      long lag,
      boolean isInContact,
      long members,
      long replayed,
      Map<String, Long> distrust) {}

  public Report report() {
    synchronized (state) {
      return new Report(
          state.pending.size(),
          state.lag,
          isInContact(),
          state.following.others().size(),
          state.replayed,
          new TreeMap<>(state.distrust));
    }
  }
}
