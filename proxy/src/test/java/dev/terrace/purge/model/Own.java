package dev.terrace.purge.model;

/// What one instance holds. A stamp is `seq << 2 | loc`; a generation is the number of purges that
/// had been received when the fetch began; lineage 0 means "none".
enum Own {
  UP,
  /// Cut off from Redis.
  CUT,
  /// The copy of Redis that it is connected to.
  NODE,
  /// The purges that it must respect in its answers: those it received, and those answered with
  /// 200.
  BOUND,

  // The journal.
  LINEAGE,
  LEFT,
  POSITION,
  NONCE,
  VERSION,
  SOFT_VERSION,
  FLOOR,
  PENDING,
  /// Purges read back in the current lineage.
  STAMPED,
  /// Purges read back in an older one.
  STAMPED_BEFORE,
  /// Where the purges stand in the current lineage, two bits each.
  SEQS,
  /// Members it ever heard of, a bit each.
  KNOWN_MEMBERS,
  /// Purges that it applied in any lineage.
  HEARD,
  /// The newest stamp in the lineage before, and that lineage.
  OLD_VERSION,
  OLD_LINEAGE,
  /// No one can know of it: it is new, or left the members in an orderly way, and has had no
  /// contact since; or it was silent for so long that it may have been struck off. Only with
  /// `serve`.
  AWAY,

  // What of the journal is on the disk, where that is less than was written.
  DISK_POSITION,
  DISK_NONCE,
  DISK_VERSION,
  DISK_FLOOR,
  DISK_PENDING,

  // What it only remembers.
  LOC,
  /// Ticks until the lease runs out.
  LEASE,
  /// For how many ticks it has known its lineage.
  KNOWN,
  /// Whether it made a beat in this boot and lineage.
  BEATEN,
  /// Whether it has had a lease in this boot and lineage, and with it the following.
  INFORMED,
  SETTLED,
  /// 1 if instance 0 is a member, and above it the seq that it reported, as last heard.
  MEMBER_0,
  MEMBER_1,
  MEMBER_2,
  /// Ticks since a beat of instance 0 was heard that was new.
  SINCE_0,
  SINCE_1,
  SINCE_2,
  /// Whether that beat is still its last: 0 no, 1 yes, 2 yes, as a reply under way says.
  SEEN_0,
  SEEN_1,
  SEEN_2,

  MEMORY_LINEAGE,
  MEMORY_FENCE,
  MEMORY_GENERATION,
  FILE_LINEAGE,
  FILE_FENCE,
  FILE_GENERATION,
  /// Written under another journal.
  FILE_FOREIGN,

  FETCH_LINEAGE,
  FETCH_FENCE,
  FETCH_GENERATION,
  /// The generation that some follower must have.
  FETCH_NEEDS,
  /// 0 a fill; otherwise a conditional request, and the generation of its base's body plus 1.
  FETCH_BASE,

  /// A lookup in Redis under way: lineage and stamp at its start, and the entry that was read.
  LOOKUP_LINEAGE,
  LOOKUP_STAMP,
  LOOKUP_NEEDS,
  LOOKUP_ENTRY_LINEAGE,
  LOOKUP_ENTRY_FENCE,
  LOOKUP_ENTRY_GENERATION,

  /// One of [SyncPhase].
  SYNC,
  /// Ticks since it was sent.
  SYNC_AGE,
  /// The seq that it had applied when it sent.
  SYNC_REPORT,
  /// Pending purges that it asks to append.
  SYNC_APPEND,
  /// Members that it asks to strike off the list for their silence, a bit each.
  SYNC_STRUCK,
  /// Whether it knew the lineage for a lease when it sent.
  SYNC_KNOWN,
  /// What the rightful node was when asked: 0 not asked, 1 this one, 2 another.
  SYNC_ASKED,
  SYNC_LINEAGE,
  SYNC_SEQ,
  SYNC_FLOOR,
  SYNC_SETTLED,
  SYNC_PAST,
  SYNC_RECORD_1,
  SYNC_RECORD_2,
  SYNC_RECORD_3,
  SYNC_MEMBER_0,
  SYNC_MEMBER_1,
  SYNC_MEMBER_2,
  SYNC_NEW_BEATS,
  /// What the script appended; only kept where a bug is planted that looks at it.
  SYNC_APPENDED,

  /// Saw control data that were newer than those put back by hand: bit 0 in this boot, bit 1 by its
  /// journal.
  SAW_NEWER;

  static final int COUNT = values().length;
}
