package dev.terrace.layer;

import dev.terrace.purge.Coherence;
import dev.terrace.purge.Fence;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.Verdict;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.ReusePolicy.Judgement;
import java.util.Optional;

/// What the purges known here say of what a layer holds, and how far that may be relied on. Safe
/// for use by any thread.
///
/// @param purges judges
/// @param coherence says whether it knows enough
record Judging(PurgeTable purges, Coherence coherence) {
  /// The point in the order of purges at which a read of Redis begins; empty while it must not.
  Optional<Fence> beginSharedRead() {
    return coherence.beginSharedRead();
  }

  /// Whether the history of purges is still this one. It never comes back to one that it left.
  boolean isStillIn(long lineage) {
    return purges.capture().lineage() == lineage;
  }

  /// Whether the tables may be relied on is asked before they are: a lease given between the two
  /// would vouch for purges that the judge has not seen.
  Optional<LayerStack.Found> judge(StoredResponse stored, LayerName layer) {
    boolean isTrusted = isTrusted(layer);
    Verdict verdict = purges.judge(stored.entry().fenced());
    return verdict == Verdict.PURGED
        ? Optional.empty()
        : Optional.of(
            new LayerStack.Found(stored, layer, judgement(isTrusted ? verdict : Verdict.SUSPECT)));
  }

  private Judgement judgement(Verdict verdict) {
    return switch (verdict) {
      case CURRENT -> Judgement.CURRENT;
      case SOFT_PURGED -> Judgement.SOFT_PURGED;
      case SUSPECT, PURGED -> coherence.isInContact() ? Judgement.SUSPECT : Judgement.SUSPECT_APART;
    };
  }

  private boolean isTrusted(LayerName layer) {
    return layer == LayerName.FILE ? coherence.areFilesTrusted() : coherence.isTrusted();
  }

  /// The response with this fence if its own is above it.
  static StoredResponse notAbove(Fence bound, StoredResponse stored) {
    Fence fence = stored.entry().fenced().fence();
    boolean isAbove = fence.lineage() == bound.lineage() && fence.stamp() > bound.stamp();
    return isAbove ? new StoredResponse(stored.entry().fencedBy(bound), stored.body()) : stored;
  }

  /// The entry as it may leave the memory of this process.
  Entry outsideMemory(Entry entry) {
    Fence fence = entry.fenced().fence();
    Fence storable = purges.storable(fence);
    return storable.equals(fence) ? entry : entry.fencedBy(storable);
  }
}
