package dev.terrace.purge;

import dev.terrace.purge.PurgeTable.Mode;
import java.io.IOException;
import java.util.List;

/// Purges for someone who waits until it is sure to hold.
public interface Purger {
  /// Applies these purges and returns once they would survive a crash, where anything would that
  /// they cover.
  ///
  /// @return the stamp of the last, with the lineage
  /// @throws IOException if they are in force in this process but may be forgotten by a restart, as
  ///   yet
  Fence purge(List<Scope> scopes, Mode mode) throws IOException;

  /// Whether every purge up to this fence would survive a crash by now.
  boolean isDurable(Fence fence);
}
