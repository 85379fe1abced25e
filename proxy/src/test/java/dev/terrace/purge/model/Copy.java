package dev.terrace.purge.model;

/// What one copy of Redis's data holds: the control key and one entry.
enum Copy {
  /// Whether the control key's head is there.
  PRESENT,
  /// Whether the head's run is that of the process which holds it.
  RUN,
  LINEAGE,
  SEQ,
  FLOOR,
  SETTLED,
  /// Lineages before this one, a bit each.
  PAST,
  /// The purge that was given seq 1; 0 if the record is missing. A purge's number serves as nonce.
  RECORD_1,
  RECORD_2,
  RECORD_3,
  /// 1 if instance 0 is a member, and above it the seq that it reported.
  MEMBER_0,
  MEMBER_1,
  MEMBER_2,
  /// Of the last beat that instance 0 knows it made: 0 missing, 1 there, 2 there with a later one.
  BEAT_0,
  BEAT_1,
  BEAT_2,
  ENTRY_LINEAGE,
  /// Without loc.
  ENTRY_FENCE,
  ENTRY_GENERATION;

  static final int COUNT = values().length;
}
