package dev.terrace.config;

import dev.terrace.http.RequestCheck;
import dev.terrace.rules.Glob;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The kinds of values that options have. The converters are pure, but for the one that reads
/// rules.
final class Kinds {
  /// Most members of a list.
  private static final int MEMBERS = 1_000;

  /// Shortest token that lets somebody in (security.md S2).
  static final int TOKEN_CHARACTERS = 16;

  private static final int LONGEST_SECRET = 4_096;
  private static final int LONGEST_NAME = 256;

  /// Methods whose answers a cache can keep.
  static final List<String> METHODS = List.of("GET", "HEAD", "POST", "QUERY");

  private Kinds() {}

  static Kind<Boolean> truth() {
    return new Kind<>(
        "true|false",
        "true, false, yes, no, 1 or 0",
        Kind.Form.SWITCH,
        text ->
            switch (text.toLowerCase(Locale.ROOT)) {
              case "true", "yes", "1" -> true;
              case "false", "no", "0" -> false;
              default -> throw new IllegalArgumentException(text);
            });
  }

  static Kind<Integer> count(int least, int most) {
    return plain(
        "number",
        "a whole number from " + least + " to " + most,
        text -> {
          int number = Integer.parseInt(text);
          require(number >= least && number <= most && Character.isDigit(text.charAt(0)));
          return number;
        });
  }

  /// Bytes from `least` to `most`, given as sizes.
  static Kind<Long> size(String least, String most) {
    return plain(
        "size",
        "bytes or a size such as 64KiB, 64MiB or 1GB, from " + least + " to " + most,
        text -> {
          long bytes = Amounts.bytes(text);
          require(bytes >= Amounts.bytes(least) && bytes <= Amounts.bytes(most));
          return bytes;
        });
  }

  /// A duration whose bare numbers are in the unit of its default.
  static Kind<Duration> duration(String standard, String least, String most) {
    String unit = Amounts.durationUnit(standard);
    return plain(
        standard.endsWith(unit) ? "duration" : "seconds",
        ("s".equals(unit) ? "seconds" : "a number of " + unit)
            + " or a duration such as 1500ms, 90s, 10m, 12h or 30d, from "
            + least
            + " to "
            + most,
        text -> {
          Duration duration = Amounts.duration(text, unit);
          require(duration.compareTo(Amounts.duration(least, unit)) >= 0);
          require(duration.compareTo(Amounts.duration(most, unit)) <= 0);
          return duration;
        });
  }

  static Kind<Double> fraction() {
    return plain(
        "fraction",
        "a number from 0 to 1 such as 0.1",
        text -> {
          require(text.length() <= 20 && text.matches("[0-9]+(\\.[0-9]+)?"));
          double fraction = Double.parseDouble(text);
          require(fraction <= 1);
          return fraction;
        });
  }

  /// One of the constants, in the words that rules have for theirs.
  static <E extends Enum<E>> Kind<E> choice(Class<E> type) {
    List<String> words = EnumSet.allOf(type).stream().map(RuleFields::word).toList();
    return new Kind<>(
        String.join("|", words),
        either(words),
        Kind.Form.PLAIN,
        text -> {
          require(words.contains(text));
          return Enum.valueOf(type, text.toUpperCase(Locale.ROOT).replace('-', '_'));
        });
  }

  /// `a, b or c`.
  static String either(List<String> words) {
    int last = words.size() - 1;
    return last == 0
        ? words.getFirst()
        : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
  }

  static Kind<String> host() {
    return plain(
        "address",
        "a host name or an IP address to listen on",
        text -> {
          require(text.length() <= 253 && text.matches("[A-Za-z0-9:][A-Za-z0-9._:%-]*"));
          return text;
        });
  }

  static Kind<URI> targetUrl() {
    String expected =
        "http:// or https:// with a host, perhaps a port and a path, and no user, query or fragment";
    return plain(
        "url",
        expected,
        text -> {
          // What stands before an @ may be a password: nothing of the value is shown then.
          if (text.contains("@")) {
            throw Unfit.secret(expected);
          }
          URI url = URI.create(text);
          String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
          require(scheme.equals("http") || scheme.equals("https"));
          require(url.getHost() != null && url.getQuery() == null && url.getFragment() == null);
          require(url.getPort() >= -1 && url.getPort() != 0 && url.getPort() <= 65_535);
          require(url.equals(url.normalize()) && !url.getRawPath().contains("//"));
          return url;
        });
  }

  /// A path prefix of whole segments; `none` is spelt as the empty text.
  static Kind<String> prefix() {
    return plain(
        "path",
        "a path of plain segments such as /api, without a slash at its end",
        text -> {
          require(text.length() <= 1_024 && text.matches("(/[A-Za-z0-9._~!$&'()*+,;=:@-]+)+"));
          for (String segment : text.split("/", -1)) {
            require(!segment.equals(".") && !segment.equals(".."));
          }
          return text;
        });
  }

  static Kind<Path> file() {
    return plain(
        "file",
        "the name of a file",
        text -> {
          require(!text.isEmpty());
          return Path.of(text);
        });
  }

  static Kind<Path> directory() {
    return plain(
        "directory",
        "the name of a directory",
        text -> {
          require(!text.isEmpty());
          Path directory = Path.of(text);
          require(!Files.exists(directory) || Files.isDirectory(directory));
          return directory;
        });
  }

  /// A bearer token (RFC 6750 §2.1) of 16 characters at least.
  static Kind<Secret> token() {
    return new Kind<>(
        "token",
        TOKEN_CHARACTERS + " characters or more, of A-Z a-z 0-9 - . _ ~ + / =",
        Kind.Form.SECRET,
        text -> {
          require(text.length() >= TOKEN_CHARACTERS && text.length() <= LONGEST_SECRET);
          require(text.matches("[A-Za-z0-9._~+/-]+=*"));
          return new Secret(text);
        });
  }

  static Kind<Secret> secret() {
    return new Kind<>(
        "secret",
        "1 to " + LONGEST_SECRET + " characters",
        Kind.Form.SECRET,
        text -> {
          require(!text.isEmpty() && text.length() <= LONGEST_SECRET);
          return new Secret(text);
        });
  }

  static Kind<Networks> networks() {
    String expected = "networks such as 10.0.0.0/8, fd00::/8 or 192.0.2.7, separated by commas";
    return new Kind<>(
        "networks",
        expected,
        Kind.Form.LIST,
        text -> {
          try {
            return Networks.of(members(text));
          } catch (IllegalArgumentException notOne) {
            throw Unfit.got(String.valueOf(notOne.getMessage()), expected);
          }
        });
  }

  static Kind<List<Glob>> hostGlobs() {
    String expected = "host names or globs such as *.example.com, separated by commas";
    return list(
        "hosts",
        expected,
        member -> {
          require(!member.isEmpty() && member.length() <= 253 && !member.contains("/"));
          return Glob.of(member);
        });
  }

  /// Field names (RFC 9110 §5.1), or names of query parameters that are spelt alike.
  static Kind<List<String>> names() {
    return list("names", "names separated by commas", Kinds::name);
  }

  /// The cacheable methods; HEAD goes with GET.
  static Kind<Set<String>> methods() {
    Kind<List<String>> list =
        list(
            "methods",
            "some of " + String.join(", ", METHODS) + ", separated by commas",
            Kinds::method);
    return new Kind<>(
        list.placeholder(), list.expected(), list.form(), text -> withHead(list.read(text)));
  }

  static Set<String> withHead(List<String> methods) {
    Set<String> all = new LinkedHashSet<>(methods);
    if (all.contains("GET")) {
      all.add("HEAD");
    }
    return Set.copyOf(all);
  }

  static String method(String text) {
    require(METHODS.contains(text));
    return text;
  }

  private static String name(String text) {
    require(text.length() <= LONGEST_NAME && RequestCheck.isToken(text));
    return text;
  }

  static void require(boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException("out of range");
    }
  }

  private static <T> Kind<T> plain(String placeholder, String expected, Kind.Reader<T> reader) {
    return new Kind<>(placeholder, expected, Kind.Form.PLAIN, reader);
  }

  static <T> Kind<List<T>> list(String placeholder, String expected, Function<String, T> reader) {
    return new Kind<>(
        placeholder,
        expected,
        Kind.Form.LIST,
        text -> {
          List<T> values = new ArrayList<>();
          for (String member : members(text)) {
            try {
              values.add(reader.apply(member));
            } catch (IllegalArgumentException unfit) {
              throw Unfit.got(member, expected);
            }
          }
          return List.copyOf(values);
        });
  }

  /// The members of a list; the empty text has none, so that a flag can empty what a file lists.
  private static List<String> members(String text) {
    if (text.isBlank()) {
      return List.of();
    }
    List<String> members =
        Arrays.stream(text.split(",", -1)).map(String::strip).collect(Collectors.toList());
    require(members.size() <= MEMBERS);
    return members;
  }
}
