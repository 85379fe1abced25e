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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// Follows the log of purges that instances share, and puts into it what is purged here
/// (docs/decisions/purges-across-instances.md has the argument; the words for the steps are its).
///
/// One thread calls [#step], again and again; everything else may be called by any.
public final class SharedPurges implements Purger, Coherence {
  // Before others are asked again whether they have applied a purge that somebody waits for.
  private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(2).toNanos();
  private static final long LONGEST_PAUSE_NANOS = Duration.ofMillis(50).toNanos();

  /// What leases of others come to at the most, with a margin for clocks that go unlike. A test in
  /// which every instance has a shorter lease may say so in the system property
  /// `terrace.longest-lease-seconds`, and need not wait for a minute; it is no option, since one
  /// instance with a longer lease would break the promises of all.
  static final Duration LONGEST_LEASE =
      Duration.ofSeconds(Integer.getInteger("terrace.longest-lease-seconds", 60) + 1L);

  /// At the end, for what waits; each puts a hundred purges into the log.
  private static final int LAST_STEPS = 100;

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

    /// How long after its last contact an instance surely is on it, whatever the others' time-out.
    Duration membership() {
      return LEAST_SILENT.minus(STRIKE_MARGIN);
    }
  }

  /// Whether another step is to follow at once.
  enum Next {
    AGAIN,
    LATER
  }

  private final Settings settings;
  private final PurgeTable table;
  private final Clocks clocks;
  private final RandomGenerator random;
  private final LogState state;
  private final Steps steps;
  private final Standings standings;
  private final Keeping keeping;
  private final Handing handing;

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
    this.clocks = new Clocks(clock, nanoTime);
    this.random = random;
    state = new LogState(history.remembered(), clocks.nanos());
    state.pending.scopes().forEach((mode, scopes) -> table.apply(scopes, mode));
    standings = new Standings(settings, state, clocks);
    keeping = new Keeping(state, history, clocks, random);
    handing = new Handing(state, clocks);
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
  @Override
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
    long begin = clocks.nanos();
    long wait = settings.purgeWait().toNanos();
    long pause = FIRST_PAUSE_NANOS;
    long next = pause;
    synchronized (state) {
      while (!standing(id).isHeard() && !Thread.currentThread().isInterrupted()) {
        long waited = clocks.nanos() - begin;
        if (waited >= wait) {
          return;
        }
        // Others report without ringing, so they are asked again and again for as long as somebody
        // waits. Each step wakes who waits, and is no reason for another.
        if (waited >= next) {
          hurry.run();
          pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
          next = waited + pause;
        }
        try {
          state.wait(Math.max(1, (Math.min(next, wait) - waited) / 1_000_000));
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
      parts.forEach(keeping::add);
      state.propagation.accepted(parts.getLast().id(), clocks.nanos());
    }
    keeping.keep(parts);
    hurry.run();
  }

  /// Takes a purge that another instance accepted and could not put into the log.
  ///
  /// @throws IOException if it is malformed
  /// @return whether a crash of this instance would not bring back what it covers
  public boolean takeOver(byte[] record) throws IOException {
    PurgeRequest purge = ControlKey.readOwnRecord(record);
    synchronized (state) {
      if (state.pending.isAsked(purge)) {
        return keeping.isSafe(purge.id());
      }
      if (state.pending.isWaiting(purge.id())) {
        throw new IOException("another purge waits under the id " + purge.id());
      }
      state.nothingWaits = false;
      table.apply(purge.scopes(), purge.mode());
      keeping.add(purge);
    }
    keeping.keep(List.of(purge));
    hurry.run();
    return keeping.isSafe(purge.id());
  }

  /// Gives what waits to the other members, since the log cannot be reached. Called by the thread
  /// that steps.
  void handOver() {
    handing.hand(neighbours);
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
                      .collect(Collectors.toCollection(LinkedHashSet::new)),
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
    keeping.keepRefused();
    return steps.step();
  }

  /// Takes this instance off the list of members: nobody needs to wait for it any more. Called by
  /// the thread that steps, or after its end.
  void leave() throws IOException {
    steps.leave();
  }

  /// As [#leave], after the last steps where something waits: an instance without a disk has no
  /// other chance.
  void end() throws IOException {
    try {
      for (int i = 0; i < LAST_STEPS && (!state.nothingWaits || !invalidations.isEmpty()); i++) {
        Next _ = step();
      }
    } finally {
      leave();
    }
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
