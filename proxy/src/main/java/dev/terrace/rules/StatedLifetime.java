package dev.terrace.rules;

import dev.terrace.http.Headers;
import dev.terrace.http.HttpDate;
import dev.terrace.rules.CacheControl.Directive;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The freshness lifetime that a response states itself (RFC 9111 §4.2.1).
///
/// @param freshness from birth; zero where what it states is past or malformed
/// @param source what stated it
record StatedLifetime(Duration freshness, LifetimeSource source) {
  /// s-maxage, then max-age, of the directives that count; then Expires, unless these are targeted.
  static Optional<StatedLifetime> of(
      Headers response, ResponseDirectives directives, Instant receivedAt) {
    CacheControl control = directives.control();
    boolean targeted = directives.origin() == ResponseDirectives.Origin.TARGETED;
    OptionalLong shared = control.seconds(Directive.S_MAXAGE);
    OptionalLong seconds = shared.isPresent() ? shared : control.seconds(Directive.MAX_AGE);
    if (seconds.isPresent()) {
      LifetimeSource source =
          targeted
              ? LifetimeSource.TARGETED
              : shared.isPresent() ? LifetimeSource.S_MAXAGE : LifetimeSource.MAX_AGE;
      return Optional.of(new StatedLifetime(Duration.ofSeconds(seconds.getAsLong()), source));
    }
    return targeted
        ? Optional.empty()
        : expires(response, receivedAt)
            .map(freshness -> new StatedLifetime(freshness, LifetimeSource.EXPIRES));
  }

  /// Expires less Date, never negative; zero if a line of it is no date (RFC 9111 §5.3).
  static Optional<Duration> expires(Headers response, Instant receivedAt) {
    List<String> lines = response.all("Expires");
    Instant date = Age.date(response, receivedAt).orElse(receivedAt);
    return lines.stream()
        .map(line -> HttpDate.parse(line, receivedAt).orElse(Instant.MIN))
        .min(Instant::compareTo)
        .map(moment -> moment.isAfter(date) ? Duration.between(date, moment) : Duration.ZERO)
        .map(StatedLifetime::capped);
  }

  private static Duration capped(Duration freshness) {
    Duration most = Duration.ofSeconds(CacheControl.MAX_SECONDS);
    return freshness.compareTo(most) > 0 ? most : freshness;
  }
}
