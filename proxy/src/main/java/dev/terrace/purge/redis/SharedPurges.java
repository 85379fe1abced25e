package dev.terrace.purge.redis;

import dev.terrace.purge.Coherence;
import dev.terrace.purge.Fence;
import dev.terrace.purge.History;
import dev.terrace.purge.Purge;
import dev.terrace.purge.PurgeRequest;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Purger;
import dev.terrace.purge.Scope;
import dev.terrace.purge.Stamp;
import dev.terrace.purge.Standing;
import dev.terrace.redis.NotConnectedException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the log of purges that instances share, and puts into it what is purged here
/// (docs/decisions/purges-across-instances.md has the argument; the words for the steps are its).
///
/// One thread calls [#step], again and again; everything else may be called by any.
public final class SharedPurges implements Purger, Coherence {
  private static final Logger LOG = LoggerFactory.getLogger(SharedPurges.class);

  private static final String OTHER_LINEAGE = "other-lineage";

  private static final long REPORT_INTERVAL_MILLIS = 10;

  /// What leases of others come to at the most, with a margin for clocks that go unlike. A test in
  /// which every instance has a shorter lease may say so in the system property
  /// `terrace.longest-lease-seconds`, and need not wait for a minute; it is no option, since one
  /// instance with a longer lease would break the promises of all.
  static final Duration LONGEST_LEASE =
      Duration.ofSeconds(Integer.getInteger("terrace.longest-lease-seconds", 60) + 1L);

  /// @param self the id of this instance
  /// @param binding what this instance does once it is cut off
  /// @param lease how long it relies on an answer of the log
  /// @param memberTimeout after which nobody waits for a silent member
  /// @param purgeWait how long a purge waits for the others
  /// @param margin beside [#LONGEST_LEASE], for a cluster to agree on a node's failure
  record Settings(
      String self,
      Member.Binding binding,
      Duration lease,
      Duration memberTimeout,
      Duration purgeWait,
      Duration margin) {}

  /// Whether another step is to follow at once.
  enum Next {
    AGAIN,
    LATER
  }

  private final Settings settings;
  private final PurgeTable table;
  private final Log log;
  private final History history;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final RandomGenerator random;

  private volatile Lease lease = Lease.NONE;
  private volatile boolean nothingWaits;

  /// Whether purges elsewhere wait for this instance, or name it.
  private volatile boolean isListed;

  private volatile Runnable hurry = () -> {};
  private volatile Neighbours neighbours = (_, _) -> false;

  // Guarded by this.
  private final Following following;
  private final Pending pending = new Pending();
  private final Map<String, Long> distrust = new HashMap<>();
  private long replayed;
  private long lag;
  private final Set<String> notDurable = new HashSet<>();

  /// Members and purges that they were given directly.
  private final Set<String> handed = ConcurrentHashMap.newKeySet();

  private final Invalidations invalidations = new Invalidations();

  // Used by the stepping thread alone.
  private boolean historyLags;

  /// @param table SHARED, and as it was restored
  SharedPurges(
      Settings settings,
      PurgeTable table,
      Log log,
      History history,
      InstantSource clock,
      LongSupplier nanoTime,
      RandomGenerator random) {
    this.settings = settings;
    this.table = table;
    this.log = log;
    this.history = history;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.random = random;
    History.Remembered remembered = history.remembered();
    following = new Following(remembered, members(remembered), nanoTime.getAsLong());
    isListed = remembered.members().self() == History.Self.LISTED;
    for (PurgeRequest purge : remembered.pending()) {
      pending.add(purge);
      table.apply(purge.scopes(), purge.mode());
    }
    nothingWaits = pending.isEmpty();
  }

  private static List<Member> members(History.Remembered remembered) {
    try {
      return ControlKey.readMembers(String.join("\n", remembered.members().others()));
    } catch (IOException e) {
      throw new IllegalStateException("the journal holds members that are none", e);
    }
  }

  /// How other instances are reached while the log is not.
  interface Neighbours {
    /// @return whether the other instance has taken the purge
    boolean hand(Member member, PurgeRequest purge);
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
    // An instance that is no member yet is named by no receipt, so it may not go on by itself.
    return (settings.binding() == Member.Binding.SERVES && isListed) || isInContact();
  }

  @Override
  public boolean areFilesTrusted() {
    return isTrusted() && isListed;
  }

  /// Whether the log was followed to its end, within a lease.
  public boolean isInContact() {
    return lease.isHeld(nanoTime, clock);
  }

  @Override
  public Optional<Fence> beginSharedRead() {
    // The fence comes first: a purge that is accepted after it stands above it. Invalidations come
    // before what is pending, the way that they take.
    Fence fence = table.capture();
    return invalidations.isEmpty() && nothingWaits && isInContact()
        ? Optional.of(fence)
        : Optional.empty();
  }

  @Override
  public void purge(String id, List<Scope> scopes, Mode mode) {
    accept(id, scopes, mode);
    long deadline = nanoTime.getAsLong() + settings.purgeWait().toNanos();
    synchronized (this) {
      while (!standing(id).isComplete()) {
        long left = deadline - nanoTime.getAsLong();
        if (left <= 0 || Thread.currentThread().isInterrupted()) {
          return;
        }
        hurry.run();
        try {
          // Others report without ringing, so they are asked again and again for as long as
          // somebody waits.
          wait(Math.max(1, Math.min(REPORT_INTERVAL_MILLIS, left / 1_000_000)));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  /// In force when this returns, and on the disk where that works; nobody is waited for.
  void accept(String id, List<Scope> scopes, Mode mode) {
    List<PurgeRequest> parts = new ArrayList<>();
    synchronized (this) {
      if (pending.isKnown(id)) {
        return;
      }
      parts.addAll(Parts.of(id, scopes, mode, clock.instant(), random));
      nothingWaits = false;
      table.apply(scopes, mode);
      parts.forEach(pending::add);
    }
    for (PurgeRequest part : parts) {
      keep(part);
    }
    hurry.run();
  }

  private void keep(PurgeRequest purge) {
    boolean kept = false;
    try {
      kept = history.accept(purge);
    } catch (IOException e) {
      LOG.warn("A purge is in force, but would not survive a restart yet: {}", e.toString());
    }
    if (!kept) {
      synchronized (this) {
        notDurable.add(purge.id());
      }
    }
  }

  /// Takes a purge that another instance accepted and could not put into the log.
  ///
  /// @throws IOException if it is none
  public void takeOver(byte[] record) throws IOException {
    PurgeRequest purge = ControlKey.readRecord(record);
    synchronized (this) {
      if (pending.isKnown(purge.id())) {
        return;
      }
      nothingWaits = false;
      table.apply(purge.scopes(), purge.mode());
      pending.add(purge);
    }
    keep(purge);
    hurry.run();
  }

  /// Gives what waits to the other members, since the log cannot be reached.
  void handOver() {
    List<PurgeRequest> waiting;
    List<Member> members;
    synchronized (this) {
      waiting = pending.all();
      members = following.others().stream().map(Following.Seen::member).toList();
    }
    for (Member member : members) {
      for (PurgeRequest purge : waiting) {
        String handing = member.id() + ' ' + purge.id();
        if (!handed.contains(handing)) {
          if (!neighbours.hand(member, purge)) {
            // It cannot be reached either, for now.
            break;
          }
          handed.add(handing);
        }
      }
    }
  }

  /// Takes note of what an unsafe method invalidated here, before that is in force. For the table's
  /// recorder.
  public void invalidated(Purge purge) {
    if (invalidations.add(purge.scope(), purge.mode(), nanoTime.getAsLong())) {
      hurry.run();
    }
  }

  /// Makes purges of the invalidations that wait, without a word to anyone.
  private void collectInvalidations() {
    synchronized (this) {
      nothingWaits = false;
      invalidations
          .take()
          .forEach(
              (mode, scopes) ->
                  Parts.of(UUID.randomUUID().toString(), scopes, mode, clock.instant(), random)
                      .forEach(pending::add));
      nothingWaits = pending.isEmpty();
    }
  }

  @Override
  public synchronized Standing standing(String id) {
    List<String> ids = Parts.ids(id, pending::isKnown);
    // What was logged in an older lineage is not looked for in this one: what it covered is suspect
    // to everybody who was heard of in this one.
    long wanted =
        ids.stream()
            .flatMap(part -> pending.logged(part).stream())
            .filter(place -> following.lineage().equals(Optional.of(place.lineage())))
            .mapToLong(Pending.Logged::seq)
            .max()
            .orElse(0);
    Standing.Logged log =
        ids.stream().anyMatch(pending::isWaiting)
            ? Standing.Logged.PENDING
            : Standing.Logged.APPLIED;
    return new Standing(
        ids.stream().noneMatch(notDurable::contains),
        log,
        following.isSettled(),
        following.others().stream().map(seen -> instance(seen, log, ids, wanted)).toList());
  }

  private boolean wasHanded(Member member, List<String> ids) {
    return !ids.isEmpty() && ids.stream().allMatch(id -> handed.contains(member.id() + ' ' + id));
  }

  /// Nobody has applied, or is bound by, what the log does not have, unless it was given to him.
  private Standing.Instance instance(
      Following.Seen seen, Standing.Logged log, List<String> ids, long wanted) {
    boolean isLogged = log == Standing.Logged.APPLIED;
    Member member = seen.member();
    Duration silent = Duration.ofNanos(nanoTime.getAsLong() - seen.heardNanos());
    Standing.State state = Standing.State.PENDING;
    if (isLogged ? member.beat() >= 0 && member.applied() >= wanted : wasHanded(member, ids)) {
      state = Standing.State.APPLIED;
    } else if (isLogged
        && member.binding() == Member.Binding.CONFIRMS
        && silent.compareTo(LONGEST_LEASE.plus(settings.margin())) > 0) {
      state = Standing.State.BOUND;
    } else if (silent.compareTo(settings.memberTimeout()) > 0) {
      state = Standing.State.UNREACHABLE;
    }
    return new Standing.Instance(member.id(), state);
  }

  /// One step: asks the log, and takes what it answers.
  ///
  /// @throws IOException if the log could not be followed
  Next step() throws IOException {
    Lease fresh = Lease.begin(nanoTime, clock, settings.lease());
    Ask ask;
    if (!invalidations.isEmpty()) {
      collectInvalidations();
    }
    synchronized (this) {
      ask =
          following.ask(
              pending.next(),
              nanoTime.getAsLong(),
              LONGEST_LEASE.plus(settings.margin()).toNanos());
    }
    return switch (log.step(ask)) {
      case Reply.Doubt doubt -> begin(doubt);
      case Reply.Other(long lineage) -> {
        adopt(lineage, OTHER_LINEAGE);
        yield Next.AGAIN;
      }
      case Reply.Current current -> take(ask, current, fresh);
    };
  }

  /// Birth: a lineage in place of what cannot be trusted. The node is asked whether it is the
  /// rightful one before.
  private Next begin(Reply.Doubt doubt) throws IOException {
    lease = Lease.NONE;
    if (!log.isRightful()) {
      return Next.LATER;
    }
    List<Long> left;
    List<Member> absent;
    synchronized (this) {
      left = new ArrayList<>(following.left());
      following.lineage().ifPresent(left::addFirst);
      absent = following.others().stream().map(seen -> seen.member().absent()).toList();
    }
    long lineage = random.nextLong();
    if (log.begin(doubt.lineage(), doubt.seq(), lineage, left, absent)) {
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
    return Next.AGAIN;
  }

  private void adopt(long lineage, String cause) {
    lease = Lease.NONE;
    try {
      history.adopt(lineage);
      historyLags = false;
    } catch (IOException e) {
      // A restart finds the older lineage and adopts this one again.
      historyLags = true;
      LOG.warn("The journal of purges cannot be written: {}", e.toString());
    }
    synchronized (this) {
      if (following.lineage().isPresent()) {
        distrust.merge(cause, 1L, Long::sum);
      }
      following.adopt(lineage, nanoTime.getAsLong());
      table.adopt(lineage);
      pending.forgetFound();
      pending.scopes().forEach((mode, scopes) -> table.apply(scopes, mode));
      notifyAll();
    }
  }

  private Next take(Ask ask, Reply.Current current, Lease fresh) throws IOException {
    long first = Math.max(ask.seq(), current.floor()) + 1;
    long last = first + current.records().size() - 1;
    long lineage = ask.lineage().orElseThrow();
    List<Purge> purges = purges(current.records(), first);
    synchronized (this) {
      purges.forEach(table::restore);
      table.restore(Stamp.of(last), Stamp.of(current.floor()));
      following.applied(last);
      replayed += current.records().size();
      lag = current.seq() - last;
      for (int i = 0; i < current.records().size(); i++) {
        pending.found(current.records().get(i).id(), lineage, first + i);
      }
      current.known().forEach((id, seq) -> pending.found(id, lineage, seq));
    }
    write(ask, current, purges, last);
    boolean isEnd = last == current.seq();
    boolean isRightful = isEnd && log.isRightful();
    List<String> heard = List.of();
    List<String> done = List.of();
    boolean isNews = false;
    synchronized (this) {
      if (isRightful && fresh.isHeld(nanoTime, clock)) {
        isNews = following.heard(current, settings.self(), nanoTime.getAsLong()) || !isListed;
        heard = following.others().stream().map(seen -> ControlKey.member(seen.member())).toList();
        isListed = true;
        done = pending.foundIds();
        pending.confirmFound();
        notDurable.removeIf(id -> !pending.isWaiting(id));
        if (pending.isEmpty()) {
          handed.clear();
        }
        lease = fresh;
        nothingWaits = pending.isEmpty();
      }
      notifyAll();
    }
    // Only now: what an old master alone has may be lost with it.
    settle(done, current);
    if (isNews) {
      history.heard(new History.Members(History.Self.LISTED, heard));
    }
    if (!isEnd) {
      return Next.AGAIN;
    }
    // What was applied is reported at once: somebody may wait for it.
    boolean isMoreToSay = !current.records().isEmpty() || hasMorePending();
    return isRightful && isMoreToSay ? Next.AGAIN : Next.LATER;
  }

  private void settle(List<String> done, Reply.Current current) throws IOException {
    if (!done.isEmpty()) {
      long seq;
      long nonce;
      synchronized (this) {
        seq = following.written();
        nonce = following.nonce();
      }
      history.advance(new History.Advance(List.of(), done, seq, nonce, Stamp.of(current.floor())));
    }
  }

  private synchronized boolean hasMorePending() {
    return !pending.next().isEmpty();
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
    synchronized (this) {
      following.written(last, nonce);
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

  public synchronized Report report() {
    return new Report(
        pending.size(),
        lag,
        isInContact(),
        following.others().size(),
        replayed,
        new TreeMap<>(distrust));
  }

  /// Takes this instance off the list of members: nobody needs to wait for it any more.
  void leave() throws IOException {
    Optional<Long> lineage;
    List<String> members;
    synchronized (this) {
      lineage = following.lineage();
      members = following.others().stream().map(seen -> ControlKey.member(seen.member())).toList();
    }
    if (lineage.isPresent()) {
      // Once it is off the list its files may miss purges that nobody tells it of.
      isListed = false;
      history.heard(new History.Members(History.Self.UNLISTED, members));
      try {
        log.leave(lineage.get());
      } catch (NotConnectedException e) {
        // Only then is it still on the list for sure: an answer that is lost says nothing.
        history.heard(new History.Members(History.Self.LISTED, members));
        throw e;
      }
    }
  }
}
