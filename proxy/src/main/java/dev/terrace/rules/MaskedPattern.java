package dev.terrace.rules;

import java.util.List;
import java.util.stream.Collectors;

/// The query part of a [Pattern], sound or not, with credentials as `***` (`product.md` 2).
///
/// What a glob says of a parameter's name cannot be told for sure, so that in doubt its value is
/// hidden: a parameter stands as it is only where what comes before its last `=` is spelt out and
/// its name is no secret's. Where braces hold several parameters everything is hidden.
final class MaskedPattern {
  private static final String SYNTAX = "*[]{}\\";

  private MaskedPattern() {}

  static String query(String query, Secrets secrets) {
    List<String> parameters = Query.parameters(query);
    return parameters.stream().allMatch(MaskedPattern::isWhole)
        ? parameters.stream()
            .map(parameter -> isShown(parameter, secrets) ? parameter : masked(parameter))
            .collect(Collectors.joining("&"))
        : Secrets.MASK;
  }

  /// Whether no brace or bracket of it reaches into the next parameter, as far as one look tells.
  private static boolean isWhole(String parameter) {
    int braces = 0;
    int brackets = 0;
    for (int i = 0; i < parameter.length(); i++) {
      switch (parameter.charAt(i)) {
        case '{' -> braces++;
        case '}' -> braces--;
        case '[' -> brackets++;
        case ']' -> brackets--;
        case '\\' -> i++;
        default -> {}
      }
      if (braces < 0 || brackets < 0 || i == parameter.length()) {
        return false;
      }
    }
    return braces == 0 && brackets == 0;
  }

  private static boolean isShown(String parameter, Secrets secrets) {
    int last = parameter.lastIndexOf('=');
    if (last >= 0 && secrets.isSecret(Query.name(parameter))) {
      return false;
    }
    String literal = literal(parameter);
    boolean isSpeltOut = literal.length() == parameter.length();
    boolean isNamed = last < 0 || literal(parameter.substring(0, last)).length() == last;
    return isSpeltOut || (isNamed && !secrets.isSecret(literal));
  }

  private static String literal(String glob) {
    StringBuilder literal = new StringBuilder(glob.length());
    glob.chars().filter(c -> SYNTAX.indexOf(c) < 0).forEach(c -> literal.append((char) c));
    return literal.toString();
  }

  private static String masked(String parameter) {
    return parameter.substring(0, parameter.indexOf('=') + 1) + Secrets.MASK;
  }
}
