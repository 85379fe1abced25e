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

  /// The validator that promises the same bytes, as its field holds it: a strong ETag, or without
  /// ETag a strong Last-Modified.
  static Optional<String> strong(Headers response, Instant now) {
    Optional<EntityTag> etag = etag(response);
    if (etag.isPresent()) {
      return etag.filter(tag -> tag.matchesStrongly(tag)).map(EntityTag::toString);
    }
    return strongDate(response, now).flatMap(_ -> response.first("Last-Modified"));
  }

  /// Whether an If-Range value names exactly these bytes (RFC 9110 §13.1.5).
  static boolean holds(String ifRange, Headers response, Instant now) {
    Optional<Instant> date = HttpDate.parse(ifRange, now);
    if (date.isPresent()) {
      return date.equals(strongDate(response, now));
    }
    Optional<EntityTag> asked = EntityTag.parse(ifRange);
    return asked.isPresent() && etag(response).filter(asked.get()::matchesStrongly).isPresent();
  }

  /// Last-Modified where it is at least a second older than Date (RFC 9110 §8.8.2.2).
  private static Optional<Instant> strongDate(Headers response, Instant now) {
    Optional<Instant> date = Age.date(response, now);
    return lastModified(response, now)
        .filter(modified -> date.isPresent() && !modified.plusSeconds(1).isAfter(date.get()));
  }
}
