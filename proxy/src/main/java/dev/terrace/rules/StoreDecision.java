package dev.terrace.rules;

import java.util.List;
import java.util.Set;

/// Whether an answer of the target is stored (RFC 9111 §3, `product.md` 4).
public sealed interface StoreDecision {
  /// It is.
  ///
  /// @param head what is stored
  /// @param varyNames the names of Vary, in lower case, sorted, none twice
  /// @param tags from Surrogate-Key, Cache-Tag, Cache-Groups and the rule, with a [GroupTag] for
  ///   each group
  /// @param gateDigest digest of the rule's gate fields where a gate was lifted, else empty
  record Store(StoredHead head, List<String> varyNames, Set<String> tags, String gateDigest)
      implements StoreDecision {
    public Store {
      varyNames = List.copyOf(varyNames);
      tags = Set.copyOf(tags);
    }
  }

  /// It is not.
  record Skip(SkipReason reason) implements StoreDecision {}
}
