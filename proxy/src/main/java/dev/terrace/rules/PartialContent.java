package dev.terrace.rules;

import dev.terrace.http.ByteRange;
import dev.terrace.http.ContentRange;
import dev.terrace.http.Digits;
import dev.terrace.http.Headers;
import dev.terrace.http.RangeSet;
import dev.terrace.http.RequestHead;
import dev.terrace.http.ResponseHead;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Answers that hold a part of a representation: which part, what can be cut from it, how it is
/// completed and combined (RFC 9111 §3.3, §3.4, http.md 11). Pure: heads and positions only, the
/// bytes are the caller's.
public final class PartialContent {
  private static final int PARTIAL = 206;

  private PartialContent() {}

  /// What a stored part and a later one come to.
  public sealed interface Combination {
    /// One longer part, or the whole.
    ///
    /// @param head of the result: 200 where it is the whole, else 206 with its Content-Range
    /// @param skip how many of the later part's first bytes the stored part has already; the rest
    ///   follows the stored bytes
    record Combined(ResponseHead head, long skip) implements Combination {}

    /// They are not of one representation: the stored part is dropped, and the whole is fetched
    /// once.
    record Unrelated() implements Combination {}
  }

  /// Which bytes a 206 holds.
  ///
  /// @return empty for another status, several ranges, a Content-Range that is absent, repeated or
  ///   malformed, or one that disagrees with Content-Length
  public static Optional<ContentRange> range(ResponseHead response) {
    Headers headers = response.headers();
    List<String> lines = headers.all("Content-Range");
    if (!isPart(response) || lines.size() != 1) {
      return Optional.empty();
    }
    Optional<String> length = headers.first("Content-Length");
    return ContentRange.parse(lines.getFirst())
        .filter(part -> length.isEmpty() || Digits.parse(length.get()) == part.range().bytes());
  }

  /// Whether this is the head of a part.
  public static boolean isPart(ResponseHead response) {
    return response.status() == PARTIAL;
  }

  /// How many bytes this part has, as its Content-Range tells.
  public static OptionalLong bytes(ResponseHead part) {
    return range(part)
        .map(held -> OptionalLong.of(held.range().bytes()))
        .orElse(OptionalLong.empty());
  }

  /// How many bytes the representation has of which this is a part; empty where that is not known.
  public static OptionalLong completeBytes(ResponseHead part) {
    return range(part).map(ContentRange::completeLength).orElse(OptionalLong.empty());
  }

  /// Whether a stored whole is kept although this part came after it: it is of the same
  /// representation, or not known to be of another and still fresh.
  public static boolean outlives(Instant now, StoredHead whole, ResponseHead part) {
    Optional<String> before = Validators.strong(whole.response().headers(), now);
    Optional<String> after = Validators.strong(part.headers(), now);
    boolean bothTell = before.isPresent() && after.isPresent();
    return bothTell ? before.equals(after) : whole.isFresh(now);
  }

  /// A 206 whose range is the whole as the 200 that it amounts to; anything else as it is.
  public static ResponseHead completed(ResponseHead response) {
    return range(response).filter(ContentRange::isWhole).isPresent()
        ? new ResponseHead(200, response.headers().without("Content-Range"))
        : response;
  }

  /// The head that answers this request with some bytes of a stored part.
  ///
  /// @param slice of the part, as [#slice] gives it
  public static ResponseHead sliced(ResponseHead stored, ByteRange slice) {
    ContentRange range = new ContentRange(slice, completeBytes(stored));
    return stored.withHeaders(
        stored
            .headers()
            .with("Content-Range", range.toString())
            .with("Content-Length", Long.toString(slice.bytes())));
  }

  /// The bytes that answer this request out of a stored part, counted in the whole representation.
  /// Only a single range is cut, and a suffix only where the complete length is known.
  public static Optional<ByteRange> slice(Instant now, RequestHead request, ResponseHead stored) {
    Optional<ContentRange> part = range(stored);
    Optional<RangeSet> asked = Ranges.asked(now, request, stored.headers());
    if (part.isEmpty() || asked.isEmpty() || asked.get().ranges().size() != 1) {
      return Optional.empty();
    }
    OptionalLong complete = part.get().completeLength();
    RangeSet.Spec spec = asked.get().ranges().getFirst();
    boolean needsLength =
        switch (spec) {
          case RangeSet.Spec.From(_, long last) -> last > part.get().range().last();
          case RangeSet.Spec.Suffix _ -> true;
        };
    if (complete.isEmpty() && needsLength) {
      return Optional.empty();
    }
    return spec.within(complete.orElse(part.get().range().last() + 1))
        .filter(part.get().range()::covers);
  }

  /// The fields that ask the target for the rest of a stored prefix.
  ///
  /// @return empty if it is no prefix, or has no strong validator to make sure of the rest by
  public static Optional<Headers> completion(Instant now, ResponseHead stored) {
    Optional<ContentRange> part =
        range(stored).filter(prefix -> prefix.range().first() == 0 && !prefix.isWhole());
    Optional<String> validator = Validators.strong(stored.headers(), now);
    return part.isEmpty() || validator.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Headers.of(
                "Range",
                "bytes=" + (part.get().range().last() + 1) + "-",
                "If-Range",
                validator.get()));
  }

  /// Combines a stored part with one that continues it, without a gap, under the same strong
  /// validator and complete length; a length that the stored part did not know is learnt.
  public static Combination combine(Instant now, ResponseHead stored, ResponseHead later) {
    Optional<ContentRange> front = range(stored);
    Optional<ContentRange> back = range(later);
    Optional<String> validator = Validators.strong(stored.headers(), now);
    boolean related =
        front.isPresent()
            && back.isPresent()
            && validator.isPresent()
            && validator.equals(Validators.strong(later.headers(), now))
            && back.get().completeLength().isPresent()
            && (front.get().completeLength().isEmpty()
                || front.get().completeLength().equals(back.get().completeLength()));
    if (!related || !continues(front.get().range(), back.get().range())) {
      return new Combination.Unrelated();
    }
    ByteRange union = new ByteRange(front.get().range().first(), back.get().range().last());
    long skip = front.get().range().last() + 1 - back.get().range().first();
    ContentRange range = new ContentRange(union, back.get().completeLength());
    ResponseHead merged = HeadUpdate.merge(stored, later);
    Headers headers =
        merged
            .headers()
            .with("Content-Range", range.toString())
            .with("Content-Length", Long.toString(union.bytes()));
    return new Combination.Combined(completed(merged.withHeaders(headers)), skip);
  }

  private static boolean continues(ByteRange front, ByteRange back) {
    return back.first() >= front.first()
        && back.first() <= front.last() + 1
        && back.last() > front.last();
  }
}
