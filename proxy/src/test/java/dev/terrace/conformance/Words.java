package dev.terrace.conformance;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Replaces words in braces: dates reckoned from the scenario's clock, and what is not known before
/// a run.
///
/// `{now}`, `{now+60s}`, `{start-10d}`, `{now+60s as rfc850}`, `{now as asctime}`; any other name
/// that the run defines; `{x*300}` repeats a letter.
final class Words {
  private static final Pattern WORD =
      Pattern.compile(
          "\\{(?:(now|start)(?:([+-])([0-9]+)(s|min|h|d))?(?: as (rfc850|asctime))?"
              + "|([a-z-]+)|(.)\\*([0-9]+))}");
  private static final DateTimeFormatter IMF = format("EEE, dd MMM yyyy HH:mm:ss 'GMT'");
  private static final DateTimeFormatter RFC850 = format("EEEE, dd-MMM-yy HH:mm:ss 'GMT'");
  private static final DateTimeFormatter ASCTIME = format("EEE MMM ppd HH:mm:ss yyyy");

  private final MovableClock clock;
  private final Instant start;
  private final Map<String, String> names;

  Words(MovableClock clock, Map<String, String> names) {
    this.clock = clock;
    this.start = clock.instant();
    this.names = Map.copyOf(names);
  }

  String replaced(String text) {
    Matcher matcher = WORD.matcher(text);
    return matcher.replaceAll(match -> Matcher.quoteReplacement(word(match)));
  }

  /// Without what differs from one stage to the other: its ports.
  String anonymous(String text) {
    String anonymous = text;
    for (String name : List.of("host", "target-host")) {
      anonymous = anonymous.replace(names.getOrDefault(name, name), "{" + name + "}");
    }
    return anonymous;
  }

  String now() {
    return IMF.format(clock.instant());
  }

  private String word(MatchResult match) {
    if (match.group(1) != null) {
      return date(match);
    }
    if (match.group(6) != null) {
      return names.getOrDefault(match.group(6), match.group());
    }
    return match.group(7).repeat(Integer.parseInt(match.group(8)));
  }

  private String date(MatchResult match) {
    Instant date = match.group(1).equals("now") ? clock.instant() : start;
    if (match.group(2) != null) {
      Duration shift = duration(match.group(3), match.group(4));
      date = match.group(2).equals("+") ? date.plus(shift) : date.minus(shift);
    }
    String form = match.group(5) == null ? "" : match.group(5);
    return switch (form) {
      case "rfc850" -> RFC850.format(date);
      case "asctime" -> ASCTIME.format(date);
      default -> IMF.format(date);
    };
  }

  static Duration duration(String amount, String unit) {
    long count = Long.parseLong(amount);
    return switch (unit) {
      case "s" -> Duration.ofSeconds(count);
      case "min" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      case "d" -> Duration.ofDays(count);
      default -> throw new IllegalArgumentException("a unit of time: " + unit);
    };
  }

  private static DateTimeFormatter format(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.US).withZone(ZoneOffset.UTC);
  }
}
