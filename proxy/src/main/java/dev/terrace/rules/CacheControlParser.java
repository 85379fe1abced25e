package dev.terrace.rules;

import dev.terrace.http.Token;
import dev.terrace.rules.CacheControl.Argument;
import java.util.function.BiConsumer;

/// The list syntax of Cache-Control and Pragma (RFC 9111 §5.2, §5.4), read leniently: what is
/// malformed ends at the next comma and is reported as such.
final class CacheControlParser {
  private final String line;
  private int next;

  private CacheControlParser(String line) {
    this.line = line;
  }

  /// Hands on each directive of one field line: its name, spelled as it came, and its argument.
  static void parse(String line, BiConsumer<String, Argument> directives) {
    CacheControlParser parser = new CacheControlParser(line);
    while (parser.next < line.length()) {
      int end = Token.end(line, parser.next);
      if (end == parser.next) {
        parser.next++;
        continue;
      }
      String name = line.substring(parser.next, end);
      parser.next = end;
      directives.accept(name, parser.argument());
    }
  }

  private Argument argument() {
    Argument argument = new Argument.None();
    if (isAt('=')) {
      next++;
      argument = isAt('"') ? quoted() : token();
    }
    int end = next;
    while (end < line.length() && " \t".indexOf(line.charAt(end)) >= 0) {
      end++;
    }
    next = end;
    if (end == line.length() || isAt(',')) {
      return argument;
    }
    int comma = line.indexOf(',', end);
    next = comma < 0 ? line.length() : comma;
    return new Argument.Malformed();
  }

  private Argument token() {
    int from = next;
    next = Token.end(line, from);
    return next == from ? new Argument.Malformed() : new Argument.Text(line.substring(from, next));
  }

  /// A quote that never closes stands for nothing: what it would swallow may be a no-store.
  private Argument quoted() {
    StringBuilder text = new StringBuilder();
    for (int i = next + 1; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        next = i + 1;
        return new Argument.Text(text.toString());
      }
      if (c == '\\' && i + 1 < line.length()) {
        c = line.charAt(++i);
      }
      text.append(c);
    }
    next++;
    return new Argument.Malformed();
  }

  private boolean isAt(char c) {
    return next < line.length() && line.charAt(next) == c;
  }
}
