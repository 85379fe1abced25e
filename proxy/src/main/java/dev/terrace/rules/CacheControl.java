package dev.terrace.rules;

import dev.terrace.http.Digits;
import dev.terrace.http.Headers;
import dev.terrace.http.StructuredField;
import dev.terrace.http.StructuredField.BooleanItem;
import dev.terrace.http.StructuredField.IntegerItem;
import dev.terrace.http.StructuredField.Item;
import dev.terrace.http.StructuredField.Member;
import dev.terrace.http.StructuredField.StringItem;
import dev.terrace.http.StructuredField.TokenItem;
import dev.terrace.http.Token;
import dev.terrace.http.Whitespace;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// The cache directives of a message (RFC 9111 §5.2), from Cache-Control or from a targeted field
/// (RFC 9213).
///
/// What is malformed counts where it restricts and does not where it permits: `no-store;` is
/// no-store, `public;` is nothing, a max-age that is no number is zero (§4.2.1). Of a directive
/// that repeats the most restrictive value holds. Immutable.
public final class CacheControl {
  /// The directives that Terrace knows; others are ignored (§5.2.3).
  public enum Directive {
    NO_STORE,
    NO_CACHE,
    PRIVATE,
    PUBLIC,
    MUST_REVALIDATE,
    PROXY_REVALIDATE,
    MUST_UNDERSTAND,
    IMMUTABLE,
    ONLY_IF_CACHED,
    MAX_AGE,
    S_MAXAGE,
    MIN_FRESH,
    MAX_STALE,
    STALE_WHILE_REVALIDATE,
    STALE_IF_ERROR;

    private static final Map<String, Directive> BY_WORD = new HashMap<>();

    static {
      for (Directive directive : values()) {
        BY_WORD.put(directive.name().toLowerCase(Locale.ROOT).replace('_', '-'), directive);
      }
    }

    static Optional<Directive> of(String word) {
      return Optional.ofNullable(BY_WORD.get(word.toLowerCase(Locale.ROOT)));
    }
  }

  /// Numbers are capped here (RFC 9111 §1.2.2).
  public static final long MAX_SECONDS = 1L << 31;

  /// Of a message without directives.
  public static final CacheControl NONE = new CacheControl();

  private static final Set<Directive> SECONDS =
      EnumSet.of(
          Directive.MAX_AGE,
          Directive.S_MAXAGE,
          Directive.MIN_FRESH,
          Directive.MAX_STALE,
          Directive.STALE_WHILE_REVALIDATE,
          Directive.STALE_IF_ERROR);

  private static final Set<Directive> PERMITS =
      EnumSet.of(Directive.PUBLIC, Directive.IMMUTABLE, Directive.MUST_UNDERSTAND);

  private final Set<Directive> stated = EnumSet.noneOf(Directive.class);
  private final Map<Directive, Long> seconds = new EnumMap<>(Directive.class);
  private final Set<String> noCacheFields = new HashSet<>();
  private boolean forAllUsers;

  private CacheControl() {}

  /// Of every line of this field.
  public static CacheControl of(Headers headers, String field) {
    int line = headers.indexOf(field, 0);
    if (line < 0) {
      return NONE;
    }
    CacheControl control = new CacheControl();
    for (; line >= 0; line = headers.indexOf(field, line + 1)) {
      CacheControlParser.parse(headers.value(line), control::accept);
    }
    return control;
  }

  /// Of a targeted field's value, whose lines are joined (RFC 9213 §2.1).
  ///
  /// @return empty if it is no dictionary or an empty one: then it is ignored as a whole
  public static Optional<CacheControl> targeted(String value) {
    return StructuredField.dictionary(value)
        .filter(members -> !members.isEmpty())
        .map(
            members -> {
              CacheControl control = new CacheControl();
              members.forEach((word, member) -> control.accept(word, argument(member)));
              return control;
            });
  }

  /// Whether the directive is stated; no-cache with fields counts as [#noCacheFields] instead.
  public boolean has(Directive directive) {
    return stated.contains(directive);
  }

  /// Its number of seconds, zero where that is malformed; for max-stale without one
  /// [Long#MAX_VALUE].
  public OptionalLong seconds(Directive directive) {
    Long value = seconds.get(directive);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  /// The names of `no-cache="…"`, in lower case.
  public Set<String> noCacheFields() {
    return Set.copyOf(noCacheFields);
  }

  /// Whether an answer to a request with Authorization is for everyone: public, s-maxage or
  /// must-revalidate, well-formed (RFC 9111 §3.5).
  public boolean isForAllUsers() {
    return forAllUsers;
  }

  /// What stands after a directive's name.
  sealed interface Argument {
    /// Nothing.
    record None() implements Argument {}

    /// A token or quoted string.
    record Text(String text) implements Argument {}

    /// Something that no argument can be.
    record Malformed() implements Argument {}
  }

  private void accept(String word, Argument argument) {
    Directive.of(word).ifPresent(directive -> accept(directive, argument));
  }

  private void accept(Directive directive, Argument argument) {
    if (SECONDS.contains(directive)) {
      acceptSeconds(directive, argument);
      return;
    }
    boolean wellFormed = argument instanceof Argument.None;
    if (directive == Directive.NO_CACHE && argument instanceof Argument.Text(String names)) {
      Set<String> fields = fieldNames(names);
      noCacheFields.addAll(fields);
      if (!fields.isEmpty() && fields.stream().noneMatch(CacheControl::isNeededToReadBody)) {
        return;
      }
    }
    if (wellFormed || !PERMITS.contains(directive)) {
      stated.add(directive);
    }
    forAllUsers |=
        wellFormed && (directive == Directive.PUBLIC || directive == Directive.MUST_REVALIDATE);
  }

  private void acceptSeconds(Directive directive, Argument argument) {
    long value =
        switch (argument) {
          case Argument.Text(String text) -> Math.min(Digits.parse(text), MAX_SECONDS);
          case Argument.None _ when directive == Directive.MAX_STALE -> Long.MAX_VALUE;
          case Argument.None _, Argument.Malformed _ -> -1;
        };
    stated.add(directive);
    forAllUsers |= directive == Directive.S_MAXAGE && value >= 0;
    seconds.merge(
        directive, Math.max(0, value), directive == Directive.MIN_FRESH ? Math::max : Math::min);
  }

  /// The names of a list; none if one of them is malformed, which makes it the bare directive.
  private static Set<String> fieldNames(String list) {
    Set<String> names = new HashSet<>();
    for (String member : list.split(",", -1)) {
      String name = Whitespace.trimmed(member).toLowerCase(Locale.ROOT);
      if (!name.isEmpty() && !Token.is(name)) {
        return Set.of();
      }
      names.add(name);
    }
    names.remove("");
    return names;
  }

  /// A body without these would be misread, so that naming one is no-cache for the whole.
  private static boolean isNeededToReadBody(String field) {
    return field.startsWith("content-") || field.equals("vary");
  }

  private static Argument argument(Member member) {
    return switch (member) {
      case Item(BooleanItem(boolean value), _) ->
          value ? new Argument.None() : new Argument.Malformed();
      case Item(IntegerItem(long value), _) -> new Argument.Text(Long.toString(value));
      case Item(StringItem(String value), _) -> text(value);
      case Item(TokenItem(String value), _) -> text(value);
      default -> new Argument.Malformed();
    };
  }

  /// RFC 9213 §2.1 gives numbers as integers alone, so a text of digits is none.
  private static Argument text(String value) {
    return Digits.parse(value) < 0 ? new Argument.Text(value) : new Argument.Malformed();
  }
}
