package dev.terrace.purge;

import dev.terrace.rules.UrlKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// The purges known here and the judge of every entry (docs/decisions/purges-across-instances.md).
/// Judging takes no lock and, while nothing was purged since, is one comparison; purging takes a
/// short lock. Safe for use by any thread.
///
/// **Order of memory.** A purge writes, in this order: its version; if a bound is passed, the
/// floor, and only then drops the oldest version; the position; [#epoch]. Adopting a lineage keeps
/// the former tables, then puts empty ones in their place, then raises the epoch. A judge reads the
/// epoch first, then the tables, in them versions, the version of everything, and the floor last,
/// and remembers its verdict under the epoch that it read. All of these are volatile or in a
/// concurrent map, so that:
///
/// - a judge that begins after `purge` returned reads the new epoch, so no older verdict counts,
///   and with it the version, or, if that was dropped since, the floor that was raised before;
/// - a verdict from half-written tables is remembered under the old epoch, hence made again;
/// - a fence captured before `purge` was called is below the purge's stamp, so it is covered;
/// - a fence captured after it returned is at or above that stamp, so it is not;
/// - a fence captured meanwhile is one or the other: its fetch began after the purge was received.
public final class PurgeTable implements Purger {
  /// How a purge treats what it covers.
  public enum Mode {
    /// It is gone, and no validation base.
    HARD,
    /// It is stale.
    SOFT
  }

  /// How much is remembered. Past a bound the purge longest ago is forgotten and the floor raised
  /// to it: entries from before it become suspect.
  ///
  /// @param names of URLs, paths and tags together
  /// @param prefixes of paths
  /// @param patterns each of which is matched once with every entry that is older
  public record Bounds(int names, int prefixes, int patterns) {
    public static final Bounds DEFAULT = new Bounds(200_000, 4_096, 256);

    public Bounds {
      if (names < 1 || prefixes < 1 || patterns < 1) {
        throw new IllegalArgumentException("a bound below 1");
      }
    }
  }

  /// A judgement is an epoch and, in its lowest bits, the severity of a verdict. Epochs begin above
  /// this one's.
  static final long NEVER_JUDGED = 0;

  private static final int VERDICT_BITS = 2;

  /// By their codes.
  private static final Verdict[] VERDICTS = {
    Verdict.CURRENT, Verdict.SOFT_PURGED, Verdict.SUSPECT, Verdict.PURGED
  };

  private final Bounds bounds;
  private final Order order;
  private final Consumer<Purge> recorder;
  private final Object lock = new Object();

  private volatile Optional<Tables> former = Optional.empty();
  private volatile Tables tables;
  private volatile long epoch = 1;

  /// @param lineage of this history
  public PurgeTable(long lineage) {
    this(lineage, Bounds.DEFAULT, Order.LOCAL, purge -> {});
  }

  public PurgeTable(long lineage, Bounds bounds) {
    this(lineage, bounds, Order.LOCAL, purge -> {});
  }

  /// @param recorder is given each new purge, in the order of their stamps, before it is in force;
  ///   called under the table's lock, so it only takes note
  public PurgeTable(long lineage, Bounds bounds, Order order, Consumer<Purge> recorder) {
    this.bounds = bounds;
    this.order = order;
    this.recorder = recorder;
    tables = new Tables(lineage, bounds);
  }

  /// The fence of a fetch that begins now.
  public Fence capture() {
    return tables.position();
  }

  /// This fence as it may leave the memory of this process: without what no one else could order.
  public Fence storable(Fence fence) {
    return new Fence(fence.lineage(), order.storable(fence.stamp()));
  }

  /// The stamp below which a purge may have been forgotten; 0 if none was.
  public long floor() {
    return tables.floor();
  }

  /// Applies a purge: when this returns, no entry with a fence captured before is current.
  ///
  /// @return its stamp with the lineage
  public Fence purge(Scope scope, Mode mode) {
    synchronized (lock) {
      Purge purge = new Purge(scope, mode, order.next(tables.position().stamp()));
      recorder.accept(purge);
      apply(purge);
      return new Fence(tables.lineage(), purge.stamp());
    }
  }

  /// Applies purges without a word to the recorder: for who records them.
  public void apply(List<Scope> scopes, Mode mode) {
    synchronized (lock) {
      for (Scope scope : scopes) {
        apply(new Purge(scope, mode, order.next(tables.position().stamp())));
      }
    }
  }

  @Override
  public void purge(String id, List<Scope> scopes, Mode mode) {
    scopes.forEach(scope -> purge(scope, mode));
  }

  /// Always the same: where this table alone keeps purges, nothing that they cover survives it.
  @Override
  public Standing standing(String id) {
    return Standing.HOLDS;
  }

  /// Applies a purge that has its stamp already: after a restart, or from the shared log.
  public void restore(Purge purge) {
    synchronized (lock) {
      apply(purge);
    }
  }

  /// Takes up a history whose last stamp was `stamp` and of which purges below `oldFloor` may be
  /// forgotten.
  public void restore(long stamp, long oldFloor) {
    synchronized (lock) {
      tables.raiseFloor(oldFloor);
      tables.advance(Math.max(stamp, oldFloor));
      epoch++;
    }
  }

  /// Begins a history of another lineage, empty: whatever is older is suspect from now on, and
  /// dropped where the history that ends here covers it.
  public void adopt(long lineage) {
    synchronized (lock) {
      former = Optional.of(tables);
      tables = new Tables(lineage, bounds);
      epoch++;
    }
  }

  /// What is remembered of the history that was left last.
  ///
  /// @param position of its last purge
  /// @param floor below which purges may be forgotten
  public record Former(Fence position, long floor, List<Purge> purges) {
    public Former {
      purges = List.copyOf(purges);
    }
  }

  public Optional<Former> former() {
    synchronized (lock) {
      return former.map(left -> new Former(left.position(), left.floor(), left.remembered()));
    }
  }

  /// Takes up what was remembered of the history that was left last, before anything is judged.
  public void restore(Former left) {
    synchronized (lock) {
      Tables restored = new Tables(left.position().lineage(), bounds);
      left.purges().forEach(purge -> restored.apply(purge, epoch));
      restored.raiseFloor(left.floor());
      restored.advance(left.position().stamp());
      former = Optional.of(restored);
    }
  }

  /// Every purge that is remembered: applied to a new table, with the floor and the last stamp,
  /// they make one that judges alike.
  public List<Purge> remembered() {
    synchronized (lock) {
      return tables.remembered();
    }
  }

  /// What the purges known now say of this entry.
  public Verdict judge(Fenced entry) {
    long now = epoch;
    long last = entry.judgement();
    if (last >>> VERDICT_BITS == now) {
      return verdict(last);
    }
    Verdict anew = judge(entry.fence(), entry.url(), entry.tags(), last >>> VERDICT_BITS);
    // No verdict on an entry ever gets better: neither within a lineage nor after it.
    Verdict verdict = verdict(last).worse(anew);
    entry.judged(now << VERDICT_BITS | code(verdict));
    return verdict;
  }

  /// Whether some purge covers what a fetch with this fence brings, hard or soft, for sure or
  /// possibly. It is asked when a request would join the fetch, and again when the head names tags.
  public boolean isCovered(Fence fence, UrlKey url, Set<String> tags) {
    return judge(fence, url, tags, NEVER_JUDGED) != Verdict.CURRENT;
  }

  private void apply(Purge purge) {
    long newEpoch = epoch + 1;
    tables.apply(purge, newEpoch);
    tables.advance(order.reach(purge.stamp()));
    epoch = newEpoch;
  }

  private Verdict judge(Fence fence, UrlKey url, Set<String> tags, long judgedEpoch) {
    Tables now = tables;
    Fence known = now.position();
    if (fence.lineage() != known.lineage()) {
      return judgeOlder(now, fence, url, tags);
    }
    if (fence.stamp() > known.stamp()) {
      return Verdict.SUSPECT;
    }
    return fence.stamp() == known.stamp() && !order.isFull(known.stamp())
        ? Verdict.CURRENT
        : now.verdict(fence.stamp(), url, tags, judgedEpoch);
  }

  /// Suspect, unless it is known, or cannot be told any more, that a purge covers it: what is
  /// purged is no base to ask the target about, which may know it by the same name. Every purge of
  /// this lineage was received after an older one was left.
  private Verdict judgeOlder(Tables now, Fence fence, UrlKey url, Set<String> tags) {
    Optional<Tables> last = former;
    boolean isForgotten = last.isPresent() && last.get().lineage() != fence.lineage();
    boolean isPurged =
        isForgotten
            || isPurged(now, 0, url, tags)
            || (last.isPresent() && isPurged(last.get(), fence.stamp(), url, tags));
    return isPurged ? Verdict.PURGED : Verdict.SUSPECT;
  }

  private static boolean isPurged(Tables tables, long stamp, UrlKey url, Set<String> tags) {
    return tables.verdict(stamp, url, tags, NEVER_JUDGED) == Verdict.PURGED;
  }

  private static Verdict verdict(long judgement) {
    return VERDICTS[(int) judgement & (1 << VERDICT_BITS) - 1];
  }

  /// The index in [#VERDICTS].
  private static int code(Verdict verdict) {
    return switch (verdict) {
      case CURRENT -> 0;
      case SOFT_PURGED -> 1;
      case SUSPECT -> 2;
      case PURGED -> 3;
    };
  }
}
