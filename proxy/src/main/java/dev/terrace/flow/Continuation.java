package dev.terrace.flow;

import dev.terrace.http.BodyReader;
import dev.terrace.http.ResponseHead;
import dev.terrace.layer.StoredResponse;
import dev.terrace.origin.OriginResult;
import dev.terrace.purge.Fence;
import dev.terrace.purge.Fenced;
import dev.terrace.rules.PartialContent;
import dev.terrace.rules.PartialContent.Combination;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// An answer of the target that continues a stored part (RFC 9111 §3.4,
/// `docs/decisions/partial-content.md`).
///
/// @param part that is stored
/// @param later the answer; its body stays the receiver's to close
/// @param head of both together
/// @param skip how many of the later bytes the part has already
record Continuation(StoredResponse part, OriginResult.Answer later, ResponseHead head, long skip) {
  /// @param fence of the fetch that the answer came by
  /// @return empty where they do not belong together, or their fences cannot be compared
  static Optional<Continuation> of(
      Instant now, StoredResponse part, OriginResult.Answer later, Fence fence) {
    ResponseHead stored = part.entry().head().response();
    boolean intact =
        part.entry().fenced().fence().lineage() == fence.lineage()
            && PartialContent.bytes(stored).equals(OptionalLong.of(part.body().bytes()));
    return intact
            && PartialContent.combine(now, stored, later.head())
                instanceof Combination.Combined(ResponseHead head, long skip)
        ? Optional.of(new Continuation(part, later, head, skip))
        : Optional.empty();
  }

  boolean isWhole() {
    return !PartialContent.isPart(head);
  }

  /// How long both are together.
  long bytes() {
    return part.body().bytes() + restBytes();
  }

  /// How many of the later bytes are new.
  private long restBytes() {
    return PartialContent.bytes(later.head()).orElseThrow() - skip;
  }

  /// What purges are to judge both by: whatever covers either covers them together.
  ///
  /// @param own of the later answer
  Fenced fenced(Fenced own) {
    Fenced before = part.entry().fenced();
    Set<String> tags = new HashSet<>(before.tags());
    tags.addAll(own.tags());
    long stamp = Math.min(before.fence().stamp(), own.fence().stamp());
    return new Fenced(new Fence(own.fence().lineage(), stamp), own.url(), tags);
  }

  /// Both as one answer, whose body has that of the later one in it.
  ///
  /// @throws IOException if the layer has lost the part
  OriginResult.Answer together() throws IOException {
    BodyReader front = part.body().open(0, part.body().bytes());
    return new OriginResult.Answer(
        head, new CompletedBody(front, later.body(), skip, restBytes()), OptionalLong.of(bytes()));
  }
}
