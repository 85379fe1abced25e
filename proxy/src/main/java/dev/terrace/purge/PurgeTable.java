package dev.terrace.purge;

import dev.terrace.rules.UrlKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// The purges known here, folded into versions, and the judge of every entry (`purges.md`). Judging
/// takes no lock and, while nothing was purged since, is one comparison; purging takes a short
/// lock. Safe for use by any thread.
///
/// **Order of memory.** A purge writes, in this order: its version; if a bound is passed, the
/// floor, and only then drops the oldest version; [#position]; [#epoch]. A judge reads the epoch
/// first, then versions, the version of everything, and the floor last, and remembers its verdict
/// under the epoch that it read. All of these are volatile or in a concurrent map, so that:
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

  /// From the best to the worst.
  private static final Verdict[] VERDICTS = {
    Verdict.CURRENT, Verdict.SOFT_PURGED, Verdict.SUSPECT, Verdict.PURGED
  };

  private record PatternVersion(Scope.Pattern scope, Version version, long epoch) {}

  private final Bounds bounds;
  private final Consumer<Purge> recorder;
  private final Object lock = new Object();

  private final Map<Scope, Version> names = new ConcurrentHashMap<>();
  private volatile Prefixes prefixes = Prefixes.NONE;
  // The one purged last comes first.
  private volatile List<PatternVersion> patterns = List.of();
  private volatile Version everything = Version.NONE;
  private volatile long floor;
  private volatile Fence position;
  private volatile long epoch = 1;

  // Guarded by the lock; in the order of the last purge.
  private final LinkedHashSet<Scope> nameOrder = new LinkedHashSet<>();
  private final LinkedHashMap<Scope.Prefix, Version> prefixVersions = new LinkedHashMap<>();
  private final LinkedHashMap<Scope.Pattern, PatternVersion> patternVersions =
      new LinkedHashMap<>();

  /// @param lineage of this history
  public PurgeTable(long lineage) {
    this(lineage, Bounds.DEFAULT);
  }

  public PurgeTable(long lineage, Bounds bounds) {
    this(lineage, bounds, purge -> {});
  }

  /// @param recorder is given each new purge, in the order of their stamps, before `purge` returns;
  ///   called under the table's lock, so it only takes note
  public PurgeTable(long lineage, Bounds bounds, Consumer<Purge> recorder) {
    this.bounds = bounds;
    this.recorder = recorder;
    position = new Fence(lineage, 0);
  }

  /// The fence of a fetch that begins now.
  public Fence capture() {
    return position;
  }

  /// The stamp below which a purge may have been forgotten; 0 if none was.
  public long floor() {
    return floor;
  }

  /// Applies a purge: when this returns, no entry with a fence captured before is current.
  ///
  /// @return its stamp with the lineage
  public Fence purge(Scope scope, Mode mode) {
    synchronized (lock) {
      Purge purge = new Purge(scope, mode, position.stamp() + 1);
      apply(purge);
      recorder.accept(purge);
      return position;
    }
  }

  /// Applies purges.
  ///
  /// @return the stamp of the last, with the lineage
  @Override
  public Fence purge(List<Scope> scopes, Mode mode) {
    scopes.forEach(scope -> purge(scope, mode));
    return position;
  }

  /// Always: where this table alone keeps purges, nothing that they cover survives it.
  @Override
  public boolean isDurable(Fence fence) {
    return true;
  }

  /// Applies again what was applied before a restart.
  public void restore(Purge purge) {
    synchronized (lock) {
      apply(purge);
    }
  }

  /// Takes up a history whose last stamp was `stamp` and of which purges below `oldFloor` may be
  /// forgotten.
  public void restore(long stamp, long oldFloor) {
    synchronized (lock) {
      floor = Math.max(floor, oldFloor);
      advance(Math.max(stamp, oldFloor), epoch + 1);
    }
  }

  /// Every purge that is remembered: applied to a new table, with the floor and the last stamp,
  /// they make one that judges alike.
  public List<Purge> remembered() {
    synchronized (lock) {
      List<Purge> purges = new ArrayList<>();
      add(purges, new Scope.Everything(), everything);
      nameOrder.forEach(scope -> add(purges, scope, names.getOrDefault(scope, Version.NONE)));
      prefixVersions.forEach((scope, version) -> add(purges, scope, version));
      patternVersions.forEach((scope, version) -> add(purges, scope, version.version()));
      return purges;
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
    Verdict verdict = worse(verdict(last), anew);
    entry.judged(now << VERDICT_BITS | severity(verdict));
    return verdict;
  }

  /// Whether some purge covers what a fetch with this fence brings, hard or soft, for sure or
  /// possibly. It is asked when a request would join the fetch, and again when the head names tags.
  public boolean isCovered(Fence fence, UrlKey url, Set<String> tags) {
    return judge(fence, url, tags, NEVER_JUDGED) != Verdict.CURRENT;
  }

  private void apply(Purge purge) {
    long newEpoch = epoch + 1;
    switch (purge.scope()) {
      case Scope.Everything() -> purgeEverything(purge);
      case Scope.Url name -> purgeName(name, purge);
      case Scope.Path name -> purgeName(name, purge);
      case Scope.Tag name -> purgeName(name, purge);
      case Scope.Prefix prefix -> purgePrefix(prefix, purge);
      case Scope.Pattern pattern -> purgePattern(pattern, purge, newEpoch);
    }
    advance(purge.stamp(), newEpoch);
  }

  private void advance(long stamp, long newEpoch) {
    if (stamp > position.stamp()) {
      position = new Fence(position.lineage(), stamp);
    }
    epoch = newEpoch;
  }

  /// A hard purge of everything makes all older versions needless.
  private void purgeEverything(Purge purge) {
    everything = everything.and(purge.mode(), purge.stamp());
    if (purge.mode() == Mode.HARD && purge.stamp() > position.stamp()) {
      names.clear();
      prefixes = Prefixes.NONE;
      patterns = List.of();
      nameOrder.clear();
      prefixVersions.clear();
      patternVersions.clear();
    }
  }

  private void purgeName(Scope name, Purge purge) {
    names.merge(
        name, Version.NONE.and(purge.mode(), purge.stamp()), (known, added) -> known.and(added));
    nameOrder.addLast(name);
    if (nameOrder.size() > bounds.names()) {
      Scope oldest = nameOrder.removeFirst();
      forget(names.getOrDefault(oldest, Version.NONE));
      names.remove(oldest);
    }
  }

  private void purgePrefix(Scope.Prefix prefix, Purge purge) {
    Version known = prefixVersions.getOrDefault(prefix, Version.NONE);
    prefixVersions.putLast(prefix, known.and(purge.mode(), purge.stamp()));
    if (prefixVersions.size() > bounds.prefixes()) {
      forget(prefixVersions.pollFirstEntry().getValue());
    }
    TreeMap<String, Version> sorted = new TreeMap<>();
    prefixVersions.forEach((scope, version) -> sorted.put(scope.prefix(), version));
    prefixes = Prefixes.of(sorted);
  }

  private void purgePattern(Scope.Pattern pattern, Purge purge, long newEpoch) {
    PatternVersion known = patternVersions.get(pattern);
    Version version = known == null ? Version.NONE : known.version();
    patternVersions.putLast(
        pattern, new PatternVersion(pattern, version.and(purge.mode(), purge.stamp()), newEpoch));
    if (patternVersions.size() > bounds.patterns()) {
      forget(patternVersions.pollFirstEntry().getValue().version());
    }
    patterns = List.copyOf(patternVersions.sequencedValues().reversed());
  }

  private void forget(Version dropped) {
    floor = Math.max(floor, dropped.newest());
  }

  private Verdict judge(Fence fence, UrlKey url, Set<String> tags, long judgedEpoch) {
    Fence known = position;
    if (fence.lineage() != known.lineage() || fence.stamp() > known.stamp()) {
      return Verdict.SUSPECT;
    }
    if (fence.stamp() == known.stamp()) {
      return Verdict.CURRENT;
    }
    long stamp = fence.stamp();
    Version newest =
        version(new Scope.Url(url))
            .and(version(new Scope.Path(url.pathAndQuery())))
            .and(prefixes.covering(url.pathAndQuery()));
    for (String tag : tags) {
      newest = newest.and(version(new Scope.Tag(tag)));
    }
    newest = newest.and(newestPattern(stamp, url, judgedEpoch)).and(everything);
    Verdict verdict = newest.verdict(stamp);
    return stamp < floor ? worse(verdict, Verdict.SUSPECT) : verdict;
  }

  private Version version(Scope name) {
    return names.getOrDefault(name, Version.NONE);
  }

  /// Of the patterns that stand above the fence and came since the last judgement.
  private Version newestPattern(long fence, UrlKey url, long judgedEpoch) {
    Version newest = Version.NONE;
    for (PatternVersion candidate : patterns) {
      if (candidate.version().newest() <= fence || candidate.epoch() <= judgedEpoch) {
        break;
      }
      if (candidate.scope().pattern().matches(url)) {
        newest = newest.and(candidate.version());
      }
    }
    return newest;
  }

  private static void add(List<Purge> purges, Scope scope, Version version) {
    if (version.hard() > 0) {
      purges.add(new Purge(scope, Mode.HARD, version.hard()));
    }
    if (version.soft() > version.hard()) {
      purges.add(new Purge(scope, Mode.SOFT, version.soft()));
    }
  }

  private static Verdict verdict(long judgement) {
    return VERDICTS[(int) judgement & (1 << VERDICT_BITS) - 1];
  }

  /// Within a lineage no verdict on an entry ever gets better.
  private static Verdict worse(Verdict one, Verdict other) {
    return severity(one) >= severity(other) ? one : other;
  }

  /// The index in [#VERDICTS].
  private static int severity(Verdict verdict) {
    return switch (verdict) {
      case CURRENT -> 0;
      case SOFT_PURGED -> 1;
      case SUSPECT -> 2;
      case PURGED -> 3;
    };
  }
}
