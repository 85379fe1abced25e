package dev.terrace.rules;

import java.util.List;

/// Which query parameters a rule keeps: the others are neither keyed nor forwarded.
///
/// @param keep globs over names; empty keeps all
/// @param drop globs over names; wins over keep
public record QueryFilter(List<Glob> keep, List<Glob> drop) {
  public static final QueryFilter ALL = new QueryFilter(List.of(), List.of());
}
