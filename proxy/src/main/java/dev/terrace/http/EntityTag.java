package dev.terrace.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A validator that names one state of a representation (RFC 9110 §8.8.3).
///
/// @param strength weak ones, written `W/"…"`, say "as good as", not "the same bytes"
/// @param opaque with its quotes. Some servers send tags without quotes: such a run of characters
///   is taken as a weak tag that equals only itself
public record EntityTag(Strength strength, String opaque) {
  /// What two equal tags promise.
  public enum Strength {
    STRONG,
    WEAK
  }

  /// The tag that a whole ETag field value is.
  public static Optional<EntityTag> parse(String value) {
    Scanner scanner = new Scanner(value);
    Optional<EntityTag> tag = scanner.next();
    return scanner.atEnd() ? tag : Optional.empty();
  }

  /// The tags of a list, as If-None-Match holds them; members that are none are left out.
  public static List<EntityTag> parseList(String value) {
    List<EntityTag> tags = new ArrayList<>();
    Scanner scanner = new Scanner(value);
    scanner.skipSeparators();
    while (!scanner.atEnd()) {
      scanner.next().ifPresentOrElse(tags::add, scanner::skipMember);
      scanner.skipSeparators();
    }
    return List.copyOf(tags);
  }

  /// Weak comparison: equal whatever their strength (RFC 9110 §8.8.3.2).
  public boolean matchesWeakly(EntityTag other) {
    return opaque.equals(other.opaque);
  }

  /// Strong comparison: both strong and equal (RFC 9110 §8.8.3.2).
  public boolean matchesStrongly(EntityTag other) {
    return strength == Strength.STRONG && equals(other);
  }

  /// As a field value holds it.
  @Override
  public String toString() {
    return strength == Strength.WEAK && opaque.startsWith("\"") ? "W/" + opaque : opaque;
  }

  private static final class Scanner {
    private final String text;
    private int next;

    Scanner(String text) {
      this.text = text;
    }

    boolean atEnd() {
      return next == text.length();
    }

    Optional<EntityTag> next() {
      if (text.startsWith("W/\"", next)) {
        return quoted(next + 2).map(opaque -> new EntityTag(Strength.WEAK, opaque));
      }
      if (text.startsWith("\"", next)) {
        return quoted(next).map(opaque -> new EntityTag(Strength.STRONG, opaque));
      }
      return bare().map(opaque -> new EntityTag(Strength.WEAK, opaque));
    }

    private Optional<String> quoted(int from) {
      int close = text.indexOf('"', from + 1);
      if (close < 0 || !isEnd(close + 1)) {
        return Optional.empty();
      }
      for (int i = from + 1; i < close; i++) {
        if (text.charAt(i) <= ' ' || text.charAt(i) == 0x7f) {
          return Optional.empty();
        }
      }
      next = close + 1;
      return Optional.of(text.substring(from, close + 1));
    }

    private Optional<String> bare() {
      int end = next;
      while (end < text.length()
          && text.charAt(end) > ' '
          && "\",*".indexOf(text.charAt(end)) < 0) {
        end++;
      }
      if (end == next || !isEnd(end)) {
        return Optional.empty();
      }
      String run = text.substring(next, end);
      next = end;
      return Optional.of(run);
    }

    private boolean isEnd(int at) {
      return at == text.length() || " \t,".indexOf(text.charAt(at)) >= 0;
    }

    void skipMember() {
      int comma = text.indexOf(',', next);
      next = comma < 0 ? text.length() : comma;
    }

    void skipSeparators() {
      while (next < text.length() && " \t,".indexOf(text.charAt(next)) >= 0) {
        next++;
      }
    }
  }
}
