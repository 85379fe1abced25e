package dev.terrace.rules;

import dev.terrace.http.ByteRange;
import dev.terrace.http.ContentRange;
import dev.terrace.http.Headers;
import dev.terrace.http.RangeSet;
import dev.terrace.http.RequestHead;
import dev.terrace.http.ResponseHead;
import dev.terrace.http.Whitespace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which bytes of a complete stored response a request gets (RFC 9110 §14, http.md 11). Conditions
/// come first: a request whose [Conditions] hold gets a 304, whatever its Range.
public final class Ranges {
  /// Most ranges of one answer; a request for more gets the whole.
  public static final int MOST_RANGES = 8;

  private Ranges() {}

  /// What of the response is sent.
  public sealed interface Decision {
    /// All of it, as it is.
    record Whole() implements Decision {}

    /// A 206 with one range.
    ///
    /// @param head of the 206, Content-Length included
    record Single(ByteRange range, ResponseHead head) implements Decision {}

    /// A 206 with several, framed by [MultipartRanges].
    record Multiple(List<ByteRange> ranges) implements Decision {
      public Multiple {
        ranges = List.copyOf(ranges);
      }
    }

    /// A 416.
    ///
    /// @param head of the 416, which has no body
    record Unsatisfiable(ResponseHead head) implements Decision {}
  }

  /// @param stored the head of a complete response; of one that is no 200 everything is sent
  /// @param bodyBytes its length
  public static Decision decide(
      Instant now, RequestHead request, ResponseHead stored, long bodyBytes) {
    Optional<RangeSet> asked = asked(now, request, stored.headers());
    if (stored.status() != 200 || asked.isEmpty() || bodyBytes == 0) {
      return new Decision.Whole();
    }
    List<RangeSet.Spec> specs = asked.get().ranges();
    List<ByteRange> ranges = new ArrayList<>();
    for (RangeSet.Spec spec : specs) {
      spec.within(bodyBytes).ifPresent(ranges::add);
    }
    if (ranges.isEmpty()) {
      return new Decision.Unsatisfiable(unsatisfiable(stored, bodyBytes));
    }
    if (specs.size() > MOST_RANGES || !areAscending(ranges)) {
      return new Decision.Whole();
    }
    return ranges.size() == 1
        ? new Decision.Single(ranges.getFirst(), single(stored, ranges.getFirst(), bodyBytes))
        : new Decision.Multiple(ranges);
  }

  /// The set that the request asks for, where it counts: of a GET, on one line, well-formed, and
  /// with an If-Range that holds or none (RFC 9110 §14.2).
  static Optional<RangeSet> asked(Instant now, RequestHead request, Headers stored) {
    List<String> lines = request.headers().all("Range");
    if (!request.isGet() || lines.size() != 1) {
      return Optional.empty();
    }
    boolean applies =
        request.headers().all("If-Range").stream()
            .allMatch(value -> Validators.holds(Whitespace.trimmed(value), stored, now));
    return applies ? RangeSet.parse(lines.getFirst()) : Optional.empty();
  }

  /// Ascending ranges without overlap are never more than the whole.
  private static boolean areAscending(List<ByteRange> ranges) {
    for (int i = 1; i < ranges.size(); i++) {
      if (ranges.get(i).first() <= ranges.get(i - 1).last()) {
        return false;
      }
    }
    return true;
  }

  private static ResponseHead single(ResponseHead stored, ByteRange range, long bodyBytes) {
    ContentRange part = new ContentRange(range, java.util.OptionalLong.of(bodyBytes));
    return new ResponseHead(
        206,
        stored
            .headers()
            .with("Content-Range", part.toString())
            .with("Content-Length", Long.toString(range.bytes())));
  }

  /// The stored fields that do not describe the body that is not sent (RFC 9110 §15.5.17).
  private static ResponseHead unsatisfiable(ResponseHead stored, long bodyBytes) {
    return new ResponseHead(
        416,
        Conditions.notModified(stored.headers())
            .without("ETag", "Last-Modified")
            .with("Content-Range", ContentRange.unsatisfied(bodyBytes)));
  }
}
