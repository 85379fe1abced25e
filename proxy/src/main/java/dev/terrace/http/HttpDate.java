package dev.terrace.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Dates of HTTP fields (RFC 9110 §5.6.7): the three formats that recipients accept, matched
/// without regard to case (RFC 9111 §4.2) and nothing looser, and the one format that is sent.
///
/// The name of the day must be one of the seven; whether it is the right one is not asked, since
/// the rest says everything already.
public final class HttpDate {
  private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
  private static final List<String> LONG_DAYS =
      List.of("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday");
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final int LATEST_YEARS_AHEAD = 50;

  private HttpDate() {}

  /// The moment that the text names.
  ///
  /// @param text a field value without surrounding whitespace
  /// @param now against which a two-digit year is read: one that would lie more than 50 years ahead
  ///   is the last one in the past with these digits
  /// @return empty if it is in none of the three formats or names no moment that exists
  public static Optional<Instant> parse(String text, Instant now) {
    String lower = text.toLowerCase(Locale.ROOT);
    try {
      if (lower.length() == 29 && lower.charAt(3) == ',') {
        return Optional.of(fixdate(lower));
      }
      if (lower.length() == 24) {
        return Optional.of(asctime(lower));
      }
      return Optional.of(rfc850(lower, now));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  /// The moment as IMF-fixdate, its fraction of a second cut off.
  public static String format(Instant moment) {
    ZonedDateTime time = moment.atZone(ZoneOffset.UTC);
    StringBuilder text = new StringBuilder(29);
    capitalised(text, DAYS.get(time.getDayOfWeek().getValue() - 1)).append(", ");
    padded(text, time.getDayOfMonth(), 2).append(' ');
    capitalised(text, MONTHS.get(time.getMonthValue() - 1)).append(' ');
    padded(text, time.getYear(), 4).append(' ');
    padded(text, time.getHour(), 2).append(':');
    padded(text, time.getMinute(), 2).append(':');
    return padded(text, time.getSecond(), 2).append(" GMT").toString();
  }

  /// `sun, 06 nov 1994 08:49:37 gmt`.
  private static Instant fixdate(String text) {
    expect(DAYS.contains(text.substring(0, 3)));
    expect(text.startsWith(", ", 3) && text.charAt(7) == ' ' && text.charAt(11) == ' ');
    expect(text.charAt(16) == ' ' && text.endsWith(" gmt"));
    return moment(digits(text, 12, 16), month(text, 8), digits(text, 5, 7), text, 17);
  }

  /// `sunday, 06-nov-94 08:49:37 gmt`.
  private static Instant rfc850(String text, Instant now) {
    int comma = text.indexOf(',');
    expect(comma > 0 && text.length() == comma + 24);
    expect(LONG_DAYS.contains(text.substring(0, comma)));
    String rest = text.substring(comma);
    expect(rest.charAt(1) == ' ' && rest.charAt(4) == '-' && rest.charAt(8) == '-');
    expect(rest.charAt(11) == ' ' && rest.endsWith(" gmt"));
    ZonedDateTime latest = now.atZone(ZoneOffset.UTC).plusYears(LATEST_YEARS_AHEAD);
    int year = latest.getYear() - Math.floorMod(latest.getYear() - digits(rest, 9, 11), 100);
    Instant moment = moment(year, month(rest, 5), digits(rest, 2, 4), rest, 12);
    return moment.isAfter(latest.toInstant())
        ? moment(year - 100, month(rest, 5), digits(rest, 2, 4), rest, 12)
        : moment;
  }

  /// `sun nov 6 08:49:37 1994`.
  private static Instant asctime(String text) {
    expect(DAYS.contains(text.substring(0, 3)));
    expect(text.charAt(3) == ' ' && text.charAt(7) == ' ');
    expect(text.charAt(10) == ' ' && text.charAt(19) == ' ');
    int day = text.charAt(8) == ' ' ? digits(text, 9, 10) : digits(text, 8, 10);
    return moment(digits(text, 20, 24), month(text, 4), day, text, 11);
  }

  /// A leap second, 60, is the moment after it: nothing that HTTP compares needs it apart.
  private static Instant moment(int year, int month, int day, String text, int clock) {
    expect(text.charAt(clock + 2) == ':' && text.charAt(clock + 5) == ':');
    int hour = digits(text, clock, clock + 2);
    int minute = digits(text, clock + 3, clock + 5);
    int second = digits(text, clock + 6, clock + 8);
    expect(second <= 60);
    return LocalDate.of(year, month, day)
        .atTime(hour, minute)
        .plusSeconds(second)
        .toInstant(ZoneOffset.UTC);
  }

  private static int month(String text, int from) {
    return MONTHS.indexOf(text.substring(from, from + 3)) + 1;
  }

  private static int digits(String text, int from, int to) {
    long number = Digits.parse(text, from, to);
    expect(number >= 0);
    return (int) number;
  }

  private static void expect(boolean holds) {
    if (!holds) {
      throw new DateTimeException("not a date of HTTP");
    }
  }

  private static StringBuilder capitalised(StringBuilder text, String word) {
    return text.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
  }

  private static StringBuilder padded(StringBuilder text, int number, int width) {
    String digits = Integer.toString(number);
    return text.repeat('0', Math.max(0, width - digits.length())).append(digits);
  }
}
