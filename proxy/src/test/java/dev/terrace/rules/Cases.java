package dev.terrace.rules;

import dev.terrace.http.Headers;
import dev.terrace.http.HttpDate;
import dev.terrace.http.HttpVersion;
import dev.terrace.http.RequestHead;
import dev.terrace.http.ResponseHead;
import dev.terrace.rules.Rule.Gate;
import dev.terrace.rules.Rule.Identity;
import dev.terrace.rules.Rule.TtlMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.stream.Collectors;

/// Reads the cells of the tables. Parts of a message are apart by ` & `: first a method or status
/// where it is not GET or 200, then fields. `{now-60}` is the date of a minute before [#NOW],
/// `{850:now}` and `{asc:now}` its obsolete forms.
final class Cases {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private static final java.util.regex.Pattern DATE =
      java.util.regex.Pattern.compile("\\{(850:|asc:)?now([+-]\\d+)?}");

  private static final DateTimeFormatter ASCTIME =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ENGLISH);
  private static final DateTimeFormatter RFC_850 =
      DateTimeFormatter.ofPattern("EEEE, dd-MMM-yy HH:mm:ss 'GMT'", Locale.ENGLISH);

  private Cases() {}

  static RequestHead request(String cell) {
    List<String> parts = parts(cell);
    boolean named = !parts.isEmpty() && !parts.getFirst().contains(":");
    String method = named ? parts.getFirst() : "GET";
    Headers headers = headers(named ? parts.subList(1, parts.size()) : parts);
    return new RequestHead(method, "http", "client.test", "/a", headers, HttpVersion.HTTP_1_1);
  }

  static Intake intake(RequestHead request) {
    return new Intake(request, request, "http", "target.test", request.target());
  }

  static ResponseHead response(String cell) {
    List<String> parts = parts(cell);
    boolean named = !parts.isEmpty() && !parts.getFirst().contains(":");
    int status = named ? Integer.parseInt(parts.getFirst()) : 200;
    return new ResponseHead(status, headers(named ? parts.subList(1, parts.size()) : parts));
  }

  static List<String> parts(String cell) {
    return cell.isEmpty() ? List.of() : List.of(cell.split(" & ", -1));
  }

  private static Headers headers(List<String> lines) {
    Headers.Builder headers = Headers.builder();
    for (String line : lines) {
      int colon = line.indexOf(':');
      headers.add(line.substring(0, colon), withDates(line.substring(colon + 1).strip()));
    }
    return headers.build();
  }

  static String withDates(String text) {
    return DATE.matcher(text).replaceAll(Cases::date);
  }

  private static String date(MatchResult match) {
    long shift = match.group(2) == null ? 0 : Long.parseLong(match.group(2));
    ZonedDateTime moment = NOW.plusSeconds(shift).atZone(ZoneOffset.UTC);
    return switch (match.group(1)) {
      case null -> HttpDate.format(moment.toInstant());
      case "asc:" -> ASCTIME.format(moment);
      default -> RFC_850.format(moment);
    };
  }

  /// The rule of a cell such as `ttl=60 ttlMode=max ignore=cookie,private identity=cookie:id
  /// shared`; none if it names no field of a rule.
  static Optional<Rule> rule(String cell) {
    Map<String, String> fields = fields(cell);
    if (fields.keySet().stream().noneMatch(RULE_FIELDS::contains)) {
      return Optional.empty();
    }
    return Optional.of(
        new Rule(
            "case",
            Pattern.of("/*"),
            words(fields, "methods"),
            Optional.ofNullable(fields.get("ttl")).map(Long::parseLong).map(Duration::ofSeconds),
            true,
            Map.of(),
            words(fields, "status").stream().map(Integer::valueOf).collect(Collectors.toSet()),
            Long.parseLong(fields.getOrDefault("minSize", "0")),
            Long.parseLong(fields.getOrDefault("maxSize", Long.toString(Long.MAX_VALUE))),
            TtlMode.valueOf(fields.getOrDefault("ttlMode", "default").toUpperCase(Locale.ROOT)),
            gates(words(fields, "ignore")),
            Optional.ofNullable(fields.get("identity")).map(Cases::identity),
            fields.containsKey("shared"),
            List.of(),
            QueryFilter.ALL,
            seconds(fields, "swr", 0),
            seconds(fields, "sie", 0),
            words(fields, "tags"),
            EnumSet.allOf(LayerName.class)));
  }

  private static final Set<String> RULE_FIELDS =
      Set.of(
          "methods",
          "ttl",
          "status",
          "minSize",
          "maxSize",
          "ttlMode",
          "ignore",
          "identity",
          "shared",
          "swr",
          "sie",
          "tags");

  private static Set<Gate> gates(Set<String> words) {
    return words.stream()
        .map(word -> Gate.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_')))
        .collect(Collectors.toSet());
  }

  private static Identity identity(String text) {
    int colon = text.indexOf(':');
    return new Identity(
        Identity.Source.valueOf(text.substring(0, colon).toUpperCase(Locale.ROOT)),
        text.substring(colon + 1));
  }

  static Set<String> words(Map<String, String> fields, String name) {
    String value = fields.getOrDefault(name, "");
    return value.isEmpty() ? Set.of() : new HashSet<>(Arrays.asList(value.split(",", -1)));
  }

  static Duration seconds(Map<String, String> fields, String name, long otherwise) {
    return Duration.ofSeconds(Long.parseLong(fields.getOrDefault(name, Long.toString(otherwise))));
  }

  /// The `name=value` words of a cell; a word alone has an empty value.
  static Map<String, String> fields(String cell) {
    return Arrays.stream(cell.split(" ", -1))
        .filter(word -> !word.isEmpty())
        .map(word -> word.split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair.length == 1 ? "" : pair[1]));
  }

  /// The policy of a cell such as `cacheTtl=60 setCookie=explicit fraction=0.5 maxLife=100`.
  static StorePolicy storePolicy(String cell) {
    Map<String, String> fields = fields(cell);
    return new StorePolicy(
        new StorePolicy.Settings(
            seconds(fields, "cacheTtl", 0),
            Double.parseDouble(fields.getOrDefault("fraction", "0.1")),
            StorePolicy.SetCookie.valueOf(
                fields.getOrDefault("setCookie", "never").toUpperCase(Locale.ROOT)),
            seconds(fields, "maxLife", Duration.ofDays(30).toSeconds()),
            fields.containsKey("cacheable") ? words(fields, "cacheable") : Set.of("GET", "HEAD")));
  }
}
