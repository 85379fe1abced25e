package dev.terrace.purge.redis;

/// An instance that follows the log.
///
/// @param id the same through restarts where it has a disk
/// @param boot at random for each start
/// @param beat of its last step; -1 if it was known to an older lineage and not heard of in this
/// @param applied up to where it has applied the log
/// @param binding whether its silence binds it
/// @param address of its admin API; empty if others cannot reach it
record Member(String id, long boot, long beat, long applied, Binding binding, String address) {
  /// What an instance does that is cut off from Redis.
  enum Binding {
    /// It goes on answering from what it holds, also after a restart.
    SERVES,
    /// The same, and holds nothing any more once it has ended. It reckons with being struck off the
    /// list when it has been out of contact for long, and confirms everything from then on.
    FORGETS,
    /// It confirms everything with the target once its lease has run out.
    CONFIRMS
  }

  /// Whether nobody needs to hear of it when it has been silent for long. Of who serves what it
  /// held before a restart that is never sure.
  boolean mayBeStruck() {
    return binding != Binding.SERVES;
  }

  /// The same as it is known to a lineage in which nothing was heard of it.
  Member absent() {
    return new Member(id, boot, -1, 0, binding, address);
  }
}
