package dev.terrace.rules;

import java.util.List;

/// Which query parameters a rule keeps: the others are neither keyed nor forwarded.
///
/// @param keep globs over names; empty keeps all
/// @param drop globs over names; wins over keep
public record QueryFilter(List<Glob> keep, List<Glob> drop) {
  public static final QueryFilter ALL = new QueryFilter(List.of(), List.of());

  public QueryFilter {
    keep = List.copyOf(keep);
    drop = List.copyOf(drop);
  }

  /// Whether a parameter of this name, percent-decoded, stays.
  public boolean keeps(String name) {
    return (keep.isEmpty() || matchesAny(keep, name)) && !matchesAny(drop, name);
  }

  private static boolean matchesAny(List<Glob> globs, String name) {
    for (int i = 0; i < globs.size(); i++) {
      if (globs.get(i).matches(name)) {
        return true;
      }
    }
    return false;
  }

  /// Whether it keeps every parameter.
  public boolean keepsAll() {
    return keep.isEmpty() && drop.isEmpty();
  }
}
