package dev.terrace.rules;

import dev.terrace.http.ResponseHead;
import java.time.Duration;
import java.time.Instant;

/// The head of a stored response with absolute times, all that reuse is decided from.
///
/// @param response the fields as stored: end-to-end, without Age; the target's Date stays
/// @param requestedAt when the request that it answers, or the last validation, left for the target
/// @param receivedAt when its head arrived
/// @param bornAt `receivedAt` less the corrected initial age (RFC 9111 §4.2.3): its age is the time
///   since
/// @param lifetime how long it may answer
public record StoredHead(
    ResponseHead response,
    Instant requestedAt,
    Instant receivedAt,
    Instant bornAt,
    Lifetime lifetime) {
  /// Its age at `now`, never negative (RFC 9111 §4.2.3).
  public Duration age(Instant now) {
    Duration age = Duration.between(bornAt, now);
    return age.isNegative() ? Duration.ZERO : age;
  }

  /// When freshness ends.
  public Instant freshUntil() {
    return bornAt.plus(lifetime.freshness());
  }

  /// Whether it may answer without the target as far as its own lifetime goes.
  public boolean isFresh(Instant now) {
    return now.isBefore(freshUntil()) && !lifetime.has(Lifetime.Limit.VALIDATE_ALWAYS);
  }

  /// Whether it has an ETag or Last-Modified to validate with.
  public boolean hasValidator() {
    return response.headers().contains("ETag") || response.headers().contains("Last-Modified");
  }

  /// The same with other fields.
  public StoredHead withResponse(ResponseHead replacement) {
    return new StoredHead(replacement, requestedAt, receivedAt, bornAt, lifetime);
  }
}
