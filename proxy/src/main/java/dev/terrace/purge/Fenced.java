package dev.terrace.purge;

import dev.terrace.rules.UrlKey;
import java.util.Set;

/// What an entry shows to its judge: the fence of its fetch, and the names by which purges cover
/// it. Remembers the epoch of its last judgement, so that the steady state costs one comparison.
/// Safe for use by any thread.
public final class Fenced {
  /// @param fence captured before the fetch began
  /// @param url as purges name it
  /// @param tags at most 128
  public Fenced(Fence fence, UrlKey url, Set<String> tags) {
    throw new UnsupportedOperationException("not built yet");
  }

  public Fence fence() {
    throw new UnsupportedOperationException("not built yet");
  }

  public UrlKey url() {
    throw new UnsupportedOperationException("not built yet");
  }

  public Set<String> tags() {
    throw new UnsupportedOperationException("not built yet");
  }
}
