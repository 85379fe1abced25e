package dev.terrace.rules;

import dev.terrace.http.StructuredField;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Terrace's member of Cache-Status (RFC 9211): how it came by the answer.
///
/// @param reason why the request went to the target; empty for a hit
/// @param targetStatus what the target answered, where that is not what the client gets
/// @param stored whether the answer was stored
/// @param collapsed whether it came out of a fetch that another request began
/// @param ttlSeconds of freshness left, negative once stale
/// @param detail a word of ours: the layer of a hit, why nothing was stored
public record CacheStatus(
    Optional<MissReason> reason,
    OptionalInt targetStatus,
    Storing stored,
    Fetching collapsed,
    OptionalLong ttlSeconds,
    Optional<String> detail) {
  private static final String NAME = "terrace";

  /// Whether the answer was stored (RFC 9211 §2.5).
  public enum Storing {
    STORED,
    NOT_STORED
  }

  /// Whose fetch brought the answer (RFC 9211 §2.6).
  public enum Fetching {
    OWN,
    COLLAPSED
  }

  /// The member as a structured field.
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder(64).append(NAME);
    reason.ifPresentOrElse(
        why -> out.append("; fwd=").append(why.word()), () -> out.append("; hit"));
    targetStatus.ifPresent(status -> out.append("; fwd-status=").append(status));
    out.append(stored == Storing.STORED ? "; stored" : "");
    out.append(collapsed == Fetching.COLLAPSED ? "; collapsed" : "");
    ttlSeconds.ifPresent(seconds -> out.append("; ttl=").append(seconds));
    detail.ifPresent(word -> StructuredField.appendTokenOrString(out.append("; detail="), word));
    return out.toString();
  }
}
