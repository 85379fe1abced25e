package dev.terrace.flow;

import java.util.Optional;

/// How one request is answered at once: what its head, its peer and the policies say of it, so that
/// the same head from the same peer need not be judged again. What the layers hold, purges and time
/// are asked every time. Safe for use by any thread.
public interface HitLookup {
  /// The plain hit that answers now; empty if the full lane is to, also because the policies were
  /// replaced since this was made. It waits for nothing but memory: see
  /// docs/decisions/open-files.md.
  Optional<PlainHit> find();
}
