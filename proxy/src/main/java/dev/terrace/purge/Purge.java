package dev.terrace.purge;

/// One purge as [PurgeTable] remembers it.
///
/// @param stamp its place in the order of purges, 1 or more
public record Purge(Scope scope, PurgeTable.Mode mode, long stamp) {
  public Purge {
    if (stamp < 1) {
      throw new IllegalArgumentException("a stamp of " + stamp);
    }
  }
}
