package dev.terrace.rules;

import dev.terrace.http.EntityTag;
import dev.terrace.http.Headers;
import dev.terrace.http.HttpDate;
import java.time.Instant;
import java.util.Optional;

/// What a response can be recognised by (RFC 9110 §8.8).
final class Validators {
  private Validators() {}

  static Optional<EntityTag> etag(Headers response) {
    return response.first("ETag").flatMap(EntityTag::parse);
  }

  static Optional<Instant> lastModified(Headers response, Instant now) {
    return response.first("Last-Modified").flatMap(line -> HttpDate.parse(line, now));
  }

  /// The validator that promises the same bytes, as its field holds it: a strong ETag, else a
  /// Last-Modified that is at least a second older than Date (RFC 9110 §8.8.2.2).
  static Optional<String> strong(Headers response, Instant now) {
    Optional<EntityTag> etag = etag(response);
    if (etag.isPresent()) {
      return etag.filter(tag -> tag.matchesStrongly(tag)).map(EntityTag::toString);
    }
    Optional<Instant> modified = lastModified(response, now);
    Optional<Instant> date = Age.date(response, now);
    boolean settled =
        modified.isPresent()
            && date.isPresent()
            && !modified.get().plusSeconds(1).isAfter(date.get());
    return settled ? response.first("Last-Modified") : Optional.empty();
  }

  /// Whether an If-Range value names exactly these bytes (RFC 9110 §13.1.5).
  static boolean holds(String ifRange, Headers response, Instant now) {
    Optional<String> strong = strong(response, now);
    if (strong.isEmpty()) {
      return false;
    }
    Optional<Instant> date = HttpDate.parse(ifRange, now);
    return date.isPresent()
        ? etag(response).isEmpty() && date.equals(lastModified(response, now))
        : ifRange.equals(strong.get());
  }
}
