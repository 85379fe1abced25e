package dev.terrace.purge;

import dev.terrace.purge.PurgeTable.Mode;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Purges for someone who waits until it is sure to hold. Safe for use by any thread.
public interface Purger {
  /// Applies a purge to this instance, and returns once it holds everywhere or it is no use to wait
  /// any longer: [#standing] tells.
  ///
  /// @param id under which it is known from then on; one that is known already is not applied again
  void purge(String id, List<Scope> scopes, Mode mode);

  /// What was asked for under this id, here or at an instance with which purges are shared; empty
  /// if it is not known, or not any more.
  default Optional<Asked> asked(String id) {
    return Optional.empty();
  }

  /// What a purge covers.
  ///
  /// @param scopes in the order in which they were asked for
  record Asked(Set<Scope> scopes, Mode mode) {
    public Asked {
      scopes = Collections.unmodifiableSet(new LinkedHashSet<>(scopes));
    }
  }

  /// What has become of the purge with this id, which was applied here. After long, the oldest are
  /// forgotten: such an id stands as all purges do that are known here, taken together.
  Standing standing(String id);
}
