package dev.terrace.rules;

import dev.terrace.http.Digits;
import dev.terrace.http.EntityTag;
import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Brings a stored head up to date with a later one of the same representation: a 304, a HEAD or a
/// further part (RFC 9111 §3.2, §4.3.4, §4.3.5, http.md 15). What comes out passes [StorePolicy]
/// again.
public final class HeadUpdate {
  private static final Set<Integer> GONE = Set.of(404, 410);

  private HeadUpdate() {}

  /// What the answer to a HEAD means for the stored answer to a GET.
  public sealed interface OfHead {
    /// It is the same, with this head.
    record Updated(ResponseHead head) implements OfHead {}

    /// It is no longer what the target has: to be dropped.
    record Outdated() implements OfHead {}

    /// Nothing can be told from it.
    record Unaffected() implements OfHead {}
  }

  /// The stored head with every field of the later one but Content-Length, Content-Encoding,
  /// Content-Range; without Date, it is the moment of receipt that counts, not the stored Date.
  public static ResponseHead merge(ResponseHead stored, ResponseHead notModified) {
    Headers update =
        notModified.headers().without("Content-Length", "Content-Encoding", "Content-Range");
    Headers kept =
        stored
            .headers()
            .filtered((name, _) -> !update.contains(name) && !name.equalsIgnoreCase("Date"));
    return stored.withHeaders(Headers.builder().addAll(kept).addAll(update).build());
  }

  /// Whether the 304 speaks of the stored response (RFC 9111 §4.3.4): a strong ETag must be the
  /// stored one, a weak one match weakly, and Last-Modified, where it is all there is, be the same.
  /// One without validators answers our own condition and confirms.
  public static boolean confirms(ResponseHead stored, ResponseHead notModified) {
    Headers before = stored.headers();
    Headers after = notModified.headers();
    Optional<EntityTag> tag = Validators.etag(after);
    if (tag.isPresent()) {
      return Validators.etag(before)
          .filter(
              known ->
                  tag.get().strength() == EntityTag.Strength.STRONG
                      ? known.matchesStrongly(tag.get())
                      : known.matchesWeakly(tag.get()))
          .isPresent();
    }
    return !before.contains("Last-Modified") || agrees("Last-Modified", before, after);
  }

  /// What a HEAD of the same URL tells (RFC 9111 §4.3.5). An error other than "gone" tells nothing.
  /// Of a stored part it tells what it tells of the whole.
  ///
  /// @param bodyBytes of the stored response; of a part they play no role
  public static OfHead ofHead(ResponseHead stored, long bodyBytes, ResponseHead answer) {
    if (answer.status() == 304) {
      return confirms(stored, answer)
          ? new OfHead.Updated(merge(stored, answer))
          : new OfHead.Outdated();
    }
    boolean isPart = PartialContent.isPart(stored);
    if (answer.status() != (isPart ? 200 : stored.status())) {
      return GONE.contains(answer.status()) || answer.status() < 400
          ? new OfHead.Outdated()
          : new OfHead.Unaffected();
    }
    String length = answer.headers().firstOr("Content-Length", "");
    OptionalLong wholeBytes =
        isPart ? PartialContent.completeBytes(stored) : OptionalLong.of(bodyBytes);
    boolean same =
        agrees("ETag", stored.headers(), answer.headers())
            && agrees("Last-Modified", stored.headers(), answer.headers())
            && (length.isEmpty()
                || wholeBytes.isEmpty()
                || Digits.parse(length) == wholeBytes.getAsLong());
    return same ? new OfHead.Updated(merge(stored, answer)) : new OfHead.Outdated();
  }

  /// Whether the later head, where it has this field at all, has what the stored one has.
  private static boolean agrees(String field, Headers before, Headers after) {
    return !after.contains(field) || after.first(field).equals(before.first(field));
  }
}
