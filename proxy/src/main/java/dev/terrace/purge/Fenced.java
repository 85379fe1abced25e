package dev.terrace.purge;

import dev.terrace.rules.UrlKey;
import java.util.Set;

/// What an entry shows to its judge: the fence of its fetch, and the names by which purges cover
/// it. Remembers its last judgement, so that the steady state costs one comparison. To be judged by
/// one [PurgeTable] only. Safe for use by any thread.
public final class Fenced {
  /// Tags of one entry: twice what a response may have, since each group of RFC 9875 makes two.
  public static final int MOST_TAGS = 2_000;

  private final Fence fence;
  private final UrlKey url;
  private final Set<String> tags;

  /// The epoch and the verdict of the last judgement in one word, so that no reader can pair the
  /// epoch of one judgement with the verdict of another. A slow judge may put an older judgement in
  /// place of a newer one; it is then made again.
  private volatile long judgement = PurgeTable.NEVER_JUDGED;

  /// @param fence captured before the fetch began
  /// @param url as purges name it
  /// @param tags at most [#MOST_TAGS]
  public Fenced(Fence fence, UrlKey url, Set<String> tags) {
    this(Set.copyOf(tags), fence, url);
  }

  /// Takes the tags uncopied, so that a test can let a purge happen while they are gone through.
  Fenced(Set<String> tags, Fence fence, UrlKey url) {
    this.fence = fence;
    this.url = url;
    this.tags = tags;
  }

  public Fence fence() {
    return fence;
  }

  public UrlKey url() {
    return url;
  }

  public Set<String> tags() {
    return tags;
  }

  long judgement() {
    return judgement;
  }

  void judged(long newJudgement) {
    judgement = newJudgement;
  }
}
