package dev.terrace.rules;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/// A query as a row of parameters parted by `&`: which ones stay, in which order a key sees them,
/// and where credentials stand. The spelling of a parameter is never changed.
final class Query {
  private Query() {}

  /// The parameters that the filter keeps, joined as they came; the same string if all stay.
  static String filtered(String query, QueryFilter filter) {
    List<String> kept = new ArrayList<>();
    for (String parameter : parameters(query)) {
      if (filter.keeps(name(parameter))) {
        kept.add(parameter);
      }
    }
    String joined = String.join("&", kept);
    return joined.length() == query.length() ? query : joined;
  }

  /// The parameters sorted by name, those of one name in the order in which they came; the same
  /// string where they are sorted already, some part has no `=`, or it holds a `;`: what such a
  /// query means is the target's secret, and so its order stays.
  ///
  /// Names that differ in case or percent-encoding alone count as one, since a target may take them
  /// for one, and then their order matters to it.
  static String sorted(String query) {
    if (query.indexOf('&') < 0 || query.indexOf(';') >= 0) {
      return query;
    }
    List<Named> parameters = new ArrayList<>();
    boolean inOrder = true;
    String last = "";
    for (String parameter : parameters(query)) {
      if (parameter.indexOf('=') < 0) {
        return query;
      }
      String name = name(parameter).toLowerCase(Locale.ROOT);
      inOrder = inOrder && last.compareTo(name) <= 0;
      last = name;
      parameters.add(new Named(name, parameter));
    }
    if (inOrder) {
      return query;
    }
    parameters.sort(Comparator.comparing(Named::name));
    return String.join("&", parameters.stream().map(Named::parameter).toList());
  }

  private record Named(String name, String parameter) {}

  /// The query with the values of secret parameters replaced; the same string if there are none.
  static String withSecrets(String query, Secrets secrets, UnaryOperator<String> replacement) {
    if (query.indexOf('=') < 0) {
      return query;
    }
    List<String> parameters = parameters(query);
    boolean changed = false;
    for (int i = 0; i < parameters.size(); i++) {
      String parameter = parameters.get(i);
      int equals = parameter.indexOf('=');
      if (equals >= 0 && secrets.isSecret(name(parameter))) {
        String value = replacement.apply(parameter.substring(equals + 1));
        parameters.set(i, parameter.substring(0, equals + 1) + value);
        changed = true;
      }
    }
    return changed ? String.join("&", parameters) : query;
  }

  static List<String> parameters(String query) {
    List<String> parameters = new ArrayList<>();
    int from = 0;
    for (int and = query.indexOf('&'); and >= 0; and = query.indexOf('&', from)) {
      parameters.add(query.substring(from, and));
      from = and + 1;
    }
    parameters.add(query.substring(from));
    return parameters;
  }

  /// The name of a parameter, percent-decoded; all of it where it has no `=`.
  static String name(String parameter) {
    int equals = parameter.indexOf('=');
    String name = equals < 0 ? parameter : parameter.substring(0, equals);
    return name.indexOf('%') < 0 && name.indexOf('+') < 0 ? name : decoded(name);
  }

  private static String decoded(String name) {
    StringBuilder decoded = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      int high = c == '%' && i + 2 < name.length() ? Character.digit(name.charAt(i + 1), 16) : -1;
      int low = high < 0 ? -1 : Character.digit(name.charAt(i + 2), 16);
      if (low >= 0) {
        decoded.append((char) (16 * high + low));
        i += 2;
      } else {
        decoded.append(c == '+' ? ' ' : c);
      }
    }
    return decoded.toString();
  }
}
