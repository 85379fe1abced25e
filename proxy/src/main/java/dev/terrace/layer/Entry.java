package dev.terrace.layer;

import dev.terrace.purge.Fence;
import dev.terrace.purge.Fenced;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.PartialContent;
import dev.terrace.rules.Rule;
import dev.terrace.rules.StorePolicy;
import dev.terrace.rules.StoredHead;
import dev.terrace.rules.VariantKey;
import java.util.Optional;

/// One stored variant without its body: everything that reading, judging and reusing it need.
///
/// @param key compared whole on every read
/// @param variant what the request fields named by Vary were
/// @param head the stored head with its times
/// @param fenced what purges are judged by: fence, URL, tags
/// @param gateDigest of the rule's gate fields where a gate was lifted, else empty: under another
///   digest it is a miss
public record Entry(
    CacheKey key, VariantKey variant, StoredHead head, Fenced fenced, String gateDigest) {
  /// The same with another fence.
  public Entry fencedBy(Fence fence) {
    return new Entry(
        key, variant, head, new Fenced(fence, fenced.url(), fenced.tags()), gateDigest);
  }

  /// Whether its body is a part of a representation, as its stored Content-Range tells.
  public boolean isPart() {
    return PartialContent.isPart(head.response());
  }

  /// Whether it may answer under the rule that governs now: what was stored under a lifted gate
  /// only where that rule lifts the same.
  public boolean isUnderGateOf(Optional<Rule> governing) {
    return gateDigest.isEmpty() || gateDigest.equals(StorePolicy.gateDigest(governing));
  }
}
