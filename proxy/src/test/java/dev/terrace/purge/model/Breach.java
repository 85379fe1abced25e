package dev.terrace.purge.model;

/// What was answered although an acknowledged purge forbids it.
enum Breach {
  NONE,
  MEMORY,
  FILE,
  FOLLOWER,
  REDIS,
  /// A 304 renewed what had been purged here.
  CONFIRMED
}
