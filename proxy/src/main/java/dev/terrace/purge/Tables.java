package dev.terrace.purge;

import dev.terrace.purge.PurgeTable.Bounds;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.rules.UrlKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// The purges of one lineage, folded into versions. [PurgeTable] tells in which order they are
/// written and read; it serializes the writers.
final class Tables {
  /// Of all names together; past it the oldest are forgotten, as past their bound.
  private static final int MOST_NAME_CHARS = 64 << 20;

  private record PatternVersion(Scope.Pattern scope, Version version, long epoch) {}

  private final Bounds bounds;

  private final Map<Scope, Version> names = new ConcurrentHashMap<>();
  private volatile Prefixes prefixes = Prefixes.NONE;
  // The one purged last comes first.
  private volatile List<PatternVersion> patterns = List.of();
  private volatile Version everything = Version.NONE;
  private volatile long floor;
  private volatile Fence position;

  // Used by writers alone; in the order of the last purge.
  private final LinkedHashSet<Scope> nameOrder = new LinkedHashSet<>();
  private long nameChars;
  private final LinkedHashMap<Scope.Prefix, Version> prefixVersions = new LinkedHashMap<>();
  private final TreeMap<String, Version> sortedPrefixes = new TreeMap<>();
  private final LinkedHashMap<Scope.Pattern, PatternVersion> patternVersions =
      new LinkedHashMap<>();

  Tables(long lineage, Bounds bounds) {
    this.bounds = bounds;
    this.position = new Fence(lineage, 0);
  }

  /// The fence of a fetch that begins now.
  Fence position() {
    return position;
  }

  long lineage() {
    return position.lineage();
  }

  long floor() {
    return floor;
  }

  void apply(Purge purge, long newEpoch) {
    switch (purge.scope()) {
      case Scope.Everything() -> purgeEverything(purge);
      case Scope.Url name -> purgeName(name, purge);
      case Scope.Path name -> purgeName(name, purge);
      case Scope.Tag name -> purgeName(name, purge);
      case Scope.Prefix prefix -> purgePrefix(prefix, purge);
      case Scope.Pattern pattern -> purgePattern(pattern, purge, newEpoch);
    }
  }

  void advance(long stamp) {
    if (stamp > position.stamp()) {
      position = new Fence(position.lineage(), stamp);
    }
  }

  void raiseFloor(long stamp) {
    floor = Math.max(floor, stamp);
  }

  List<Purge> remembered() {
    List<Purge> purges = new ArrayList<>();
    add(purges, new Scope.Everything(), everything);
    nameOrder.forEach(scope -> add(purges, scope, names.getOrDefault(scope, Version.NONE)));
    prefixVersions.forEach((scope, version) -> add(purges, scope, version));
    patternVersions.forEach((scope, version) -> add(purges, scope, version.version()));
    return purges;
  }

  /// What these purges say of an entry with a fence of this lineage that is not above the position.
  ///
  /// @param judgedEpoch of its last judgement: patterns from before are not matched again
  Verdict verdict(long stamp, UrlKey url, Set<String> tags, long judgedEpoch) {
    Version newest =
        version(new Scope.Url(url))
            .and(version(new Scope.Path(url.pathAndQuery())))
            .and(prefixes.covering(url.pathAndQuery()));
    for (String tag : tags) {
      newest = newest.and(version(new Scope.Tag(tag)));
    }
    newest = newest.and(newestPattern(stamp, url, judgedEpoch)).and(everything);
    Verdict verdict = newest.verdict(stamp);
    return stamp < floor ? verdict.worse(Verdict.SUSPECT) : verdict;
  }

  /// A hard purge of everything makes all older versions needless.
  private void purgeEverything(Purge purge) {
    everything = everything.and(purge.mode(), purge.stamp());
    if (purge.mode() == Mode.HARD && purge.stamp() > position.stamp()) {
      names.clear();
      prefixes = Prefixes.NONE;
      patterns = List.of();
      nameOrder.clear();
      nameChars = 0;
      prefixVersions.clear();
      sortedPrefixes.clear();
      patternVersions.clear();
    }
  }

  private void purgeName(Scope name, Purge purge) {
    if (!names.containsKey(name)) {
      nameChars += chars(name);
    }
    names.merge(
        name, Version.NONE.and(purge.mode(), purge.stamp()), (known, added) -> known.and(added));
    nameOrder.addLast(name);
    while (nameOrder.size() > bounds.names() || nameChars > MOST_NAME_CHARS) {
      Scope oldest = nameOrder.removeFirst();
      nameChars -= chars(oldest);
      forget(names.getOrDefault(oldest, Version.NONE));
      names.remove(oldest);
    }
  }

  private static int chars(Scope name) {
    return switch (name) {
      case Scope.Url(UrlKey url) -> url.host().length() + url.pathAndQuery().length();
      case Scope.Path(String pathAndQuery) -> pathAndQuery.length();
      case Scope.Tag(String tag) -> tag.length();
      case Scope.Everything _, Scope.Prefix _, Scope.Pattern _ -> 0;
    };
  }

  private void purgePrefix(Scope.Prefix prefix, Purge purge) {
    Version known = prefixVersions.getOrDefault(prefix, Version.NONE);
    Version version = known.and(purge.mode(), purge.stamp());
    prefixVersions.putLast(prefix, version);
    sortedPrefixes.put(prefix.prefix(), version);
    if (prefixVersions.size() > bounds.prefixes()) {
      Map.Entry<Scope.Prefix, Version> oldest = prefixVersions.pollFirstEntry();
      forget(oldest.getValue());
      sortedPrefixes.remove(oldest.getKey().prefix());
    }
    prefixes = Prefixes.of(sortedPrefixes);
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
    raiseFloor(dropped.newest());
  }

  private Version version(Scope name) {
    return names.getOrDefault(name, Version.NONE);
  }

  /// Of the patterns that stand above the fence and came since the last judgement.
  private Version newestPattern(long fence, UrlKey url, long judgedEpoch) {
    Version newest = Version.NONE;
    for (PatternVersion candidate : patterns) {
      if (candidate.epoch() <= judgedEpoch) {
        break;
      }
      // One that was applied again stands before others that are newer.
      if (candidate.version().newest() > fence && candidate.scope().pattern().matches(url)) {
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
}
