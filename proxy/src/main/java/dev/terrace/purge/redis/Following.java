package dev.terrace.purge.redis;

import dev.terrace.purge.History;
import dev.terrace.purge.LeftLineages;
import dev.terrace.purge.PurgeRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where an instance is in the log that it follows. Guarded by its owner.
final class Following {
  private final LeftLineages left;
  private Optional<Long> lineage;
  private long knownSinceNanos;

  /// Up to where it was applied, and the disk has it: no more is reported.
  private long written;

  private long nonce;

  private Optional<Long> acknowledged = Optional.empty();
  private long beat;
  private boolean settled;

  /// When the log was last heard of.
  private long heardNanos;

  /// Since when it was heard of again and again: before, others may have been there unheard.
  private long contactSinceNanos;

  private final Map<String, Seen> members = new HashMap<>();

  /// @param member as it was in the last reply
  /// @param heardNanos when its beat last changed, by the clock of this instance
  record Seen(Member member, long heardNanos) {}

  /// @param known members that are remembered
  Following(History.Remembered remembered, List<Member> known, long nowNanos) {
    known.forEach(member -> members.put(member.id(), new Seen(member.absent(), nowNanos)));
    left = new LeftLineages(remembered.left());
    lineage = remembered.lineage();
    written = remembered.seq();
    nonce = remembered.nonce();
    knownSinceNanos = nowNanos;
    heardNanos = nowNanos;
    contactSinceNanos = nowNanos;
  }

  Optional<Long> lineage() {
    return lineage;
  }

  long written() {
    return written;
  }

  /// Of the record up to which is written.
  long nonce() {
    return nonce;
  }

  boolean isSettled() {
    return settled;
  }

  List<Long> left() {
    return left.all();
  }

  List<Seen> others() {
    return List.copyOf(members.values());
  }

  /// @param longNanos after which every lease of an older lineage has run out
  /// @param silentNanos after which a silent member is struck off
  Ask ask(List<PurgeRequest> pending, long nowNanos, long longNanos, long silentNanos) {
    beat++;
    return new Ask(
        lineage,
        written,
        nonce,
        left(),
        beat,
        acknowledged,
        nowNanos - knownSinceNanos >= longNanos,
        acknowledged.isPresent()
            ? List.of()
            : members.values().stream().map(seen -> seen.member().absent()).toList(),
        struck(nowNanos, silentNanos),
        pending);
  }

  /// Who was silent all the time in which this instance was not away itself.
  private List<Member> struck(long nowNanos, long silentNanos) {
    if (isAway(nowNanos) || nowNanos - contactSinceNanos <= silentNanos) {
      return List.of();
    }
    return members.values().stream()
        .filter(seen -> nowNanos - seen.heardNanos() > silentNanos)
        .map(Seen::member)
        .filter(Member::mayBeStruck)
        .toList();
  }

  private boolean isAway(long nowNanos) {
    return nowNanos - heardNanos > SharedPurges.LONGEST_LEASE.toNanos();
  }

  void adopt(long newLineage, long nowNanos) {
    lineage.ifPresent(left::leave);
    lineage = Optional.of(newLineage);
    knownSinceNanos = nowNanos;
    written = 0;
    nonce = 0;
    acknowledged = Optional.empty();
    settled = false;
    members.replaceAll((_, seen) -> new Seen(seen.member().absent(), nowNanos));
  }

  void written(long seq, long nonceThere) {
    written = seq;
    nonce = nonceThere;
  }

  void heard(Reply.Current reply, String self, long nowNanos) {
    if (isAway(nowNanos)) {
      contactSinceNanos = nowNanos;
    }
    heardNanos = nowNanos;
    acknowledged = Optional.of(beat);
    settled = reply.isSettled();
    Map<String, Seen> now = new HashMap<>();
    for (Member member : reply.members()) {
      if (!member.id().equals(self)) {
        now.put(member.id(), seen(member, nowNanos));
      }
    }
    members.clear();
    members.putAll(now);
  }

  private Seen seen(Member member, long nowNanos) {
    Optional<Seen> before =
        Optional.ofNullable(members.get(member.id()))
            .filter(seen -> seen.member().boot() == member.boot())
            .filter(seen -> seen.member().beat() == member.beat());
    return new Seen(member, before.map(Seen::heardNanos).orElse(nowNanos));
  }
}
