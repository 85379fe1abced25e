package dev.terrace.rules;

import dev.terrace.http.Digits;
import dev.terrace.http.Headers;
import dev.terrace.http.HttpDate;
import dev.terrace.http.Whitespace;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// How old a response is (RFC 9111 §4.2.3).
public final class Age {
  private Age() {}

  /// What the Age field says (§5.1, http.md 9): its first member in seconds, capped at 2^31; zero
  /// if there is none or it is not digits.
  public static Duration stated(Headers response) {
    String line = response.firstOr("Age", "");
    int comma = line.indexOf(',');
    long seconds = Digits.parse(Whitespace.trimmed(comma < 0 ? line : line.substring(0, comma)));
    return Duration.ofSeconds(Math.clamp(seconds, 0, CacheControl.MAX_SECONDS));
  }

  /// What the Date field says.
  ///
  /// @return empty if it is absent, repeated or no date: then the time of receipt stands for it
  ///   (http.md 9)
  public static Optional<Instant> date(Headers response, Instant receivedAt) {
    int line = response.indexOf("Date", 0);
    return line < 0 || response.indexOf("Date", line + 1) >= 0
        ? Optional.empty()
        : HttpDate.parse(response.value(line), receivedAt);
  }

  /// When the response was made, as far as it can be told: the time of receipt less the corrected
  /// initial age. Its age is the time since.
  public static Instant bornAt(Headers response, Instant requestedAt, Instant receivedAt) {
    // Date cuts off the fraction of its second, so that a part of a second is no age.
    Duration apparent =
        date(response, receivedAt)
            .map(date -> Duration.between(date, receivedAt.truncatedTo(ChronoUnit.SECONDS)))
            .orElse(Duration.ZERO);
    Duration corrected = stated(response).plus(Duration.between(requestedAt, receivedAt));
    Duration initial = apparent.compareTo(corrected) > 0 ? apparent : corrected;
    return initial.isNegative() ? receivedAt : receivedAt.minus(initial);
  }
}
