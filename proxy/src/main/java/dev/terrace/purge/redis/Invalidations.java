package dev.terrace.purge.redis;

import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import dev.terrace.purge.ScopeFormat;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What unsafe methods invalidated here and others are to be told of: once a second a scope, and
/// within a budget, so that a flood of POSTs is no flood of purges. What is past either is in force
/// here alone. Safe for use by any thread.
final class Invalidations {
  private static final int BUDGET = 500;
  private static final int MOST_REMEMBERED = 10_000;
  private static final int MOST_WAITING = 2_000;

  /// Of a scope, at the most; 500 a second of longer ones would fill the log.
  private static final int MOST_BYTES = 8 << 10;

  private static final long SECOND_NANOS = 1_000_000_000L;

  private volatile boolean some;

  // Guarded by this.
  private final Map<Mode, Set<Scope>> waiting = new EnumMap<>(Mode.class);
  private final LinkedHashMap<Scope, Long> told = new LinkedHashMap<>();
  private long second;
  private int spent;
  private int count;

  /// @return whether others will be told
  synchronized boolean add(Scope scope, Mode mode, long nowNanos) {
    if (ScopeFormat.mostBytes(scope) > MOST_BYTES) {
      return false;
    }
    if (nowNanos - second >= SECOND_NANOS) {
      second = nowNanos;
      spent = 0;
    }
    Long before = told.get(scope);
    boolean isTold = before != null && nowNanos - before < SECOND_NANOS;
    if (isTold || spent == BUDGET || count == MOST_WAITING) {
      return false;
    }
    spent++;
    told.putLast(scope, nowNanos);
    if (told.size() > MOST_REMEMBERED) {
      told.pollFirstEntry();
    }
    some = true;
    count++;
    waiting.computeIfAbsent(mode, _ -> new LinkedHashSet<>()).add(scope);
    return true;
  }

  boolean isEmpty() {
    return !some;
  }

  /// Everything that waits, which is the caller's from then on.
  synchronized Map<Mode, List<Scope>> take() {
    Map<Mode, List<Scope>> taken = new EnumMap<>(Mode.class);
    waiting.forEach((mode, scopes) -> taken.put(mode, new ArrayList<>(scopes)));
    waiting.clear();
    some = false;
    count = 0;
    return taken;
  }
}
