package dev.terrace.purge.model;

/// What of the world a [Setting] plays; each makes the space larger.
enum Feature {
  FILES,
  REDIS_ENTRIES,
  /// Conditional requests beside plain ones.
  CONDITIONAL,
  /// The target answers 304 although its bytes changed; suspects are fetched without condition.
  KEPT_ETAGS,
  /// As KEPT_ETAGS, with suspects asked for conditionally: only what was purged here is protected.
  OLD_TABLES,
  /// Purges cover by tags, which a fetch has only when its head is there.
  TAGS,
  /// Purge 1 is soft.
  SOFT,
  /// Purge 1 covers another key.
  OTHER_KEY,
  /// The rightful node is asked for in a step of its own.
  ASKING,
  /// It is named by a majority of three Sentinels, who change their minds and are asked one by one.
  SENTINELS,
  /// "redis: applied" is said.
  APPLIED_RECEIPTS,
  /// Every instance gives receipts for all purges that it knows.
  RECEIPTS_ANYWHERE,
  /// Pending purges are handed to other instances.
  HAND_OVER,
  /// What was read from Redis is in the journal, but not at once on the disk.
  DISK_TAIL,
  /// With `serve`: who has ended holds nothing any more, and who was out of contact for a lease,
  /// which stands for an hour, reckons with having been struck off.
  FORGETFUL,
  /// Nothing is cached and nobody is registered at the start.
  COLD
}
