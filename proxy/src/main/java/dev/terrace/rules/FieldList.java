package dev.terrace.rules;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// List values of fields, made comparable (RFC 9110 §5.6.1, http.md 14).
final class FieldList {
  private FieldList() {}

  /// The value without whitespace around commas that stand outside quotes; Accept-Language also in
  /// lower case and with its members in one order among those of equal weight; Accept-Encoding as
  /// the set that it means, in lower case and in one order.
  static String normalised(String name, String value) {
    if (value.indexOf(',') < 0 && !name.startsWith("accept-")) {
      return value;
    }
    List<String> members = members(value);
    return switch (name) {
      case "accept-language", "accept-encoding" -> String.join(",", ordered(members));
      default -> String.join(",", members);
    };
  }

  /// The members, each stripped; empty ones stay, as what they mean is not known here.
  static List<String> members(String value) {
    List<String> members = new ArrayList<>();
    boolean quoted = false;
    int from = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\' && quoted) {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        members.add(value.substring(from, i).strip());
        from = i + 1;
      }
    }
    members.add(value.substring(from).strip());
    return members;
  }

  /// Members in lower case with their weight in one spelling, by weight and then by name: that is
  /// the order of preference, in which equals have none.
  private static List<String> ordered(List<String> members) {
    return members.stream()
        .map(Weighted::of)
        .filter(member -> !member.text().isEmpty())
        .sorted(Comparator.comparingInt(Weighted::negativeWeight).thenComparing(Weighted::text))
        .map(Weighted::canonical)
        .toList();
  }

  /// A member and its weight in thousandths (RFC 9110 §12.4.2).
  private record Weighted(String text, int negativeWeight) {
    private static final int WHOLE = 1000;

    static Weighted of(String member) {
      String lower = member.toLowerCase(Locale.ROOT);
      int semicolon = lower.indexOf(';');
      if (semicolon < 0) {
        return new Weighted(lower, -WHOLE);
      }
      String parameter = lower.substring(semicolon + 1).strip();
      int weight = parameter.startsWith("q=") ? thousandths(parameter.substring(2)) : -1;
      // What is no weight stays a part of the text: it then equals only itself.
      return weight < 0
          ? new Weighted(lower, -WHOLE)
          : new Weighted(lower.substring(0, semicolon).strip(), -weight);
    }

    /// `( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )` in thousandths; -1 for anything else.
    private static int thousandths(String weight) {
      if (weight.isEmpty()
          || weight.length() > 5
          || (weight.length() > 1 && weight.charAt(1) != '.')) {
        return -1;
      }
      int sum = 0;
      int unit = WHOLE;
      for (int i = 0; i < weight.length(); i++) {
        if (i == 1) {
          continue;
        }
        int digit = weight.charAt(i) - '0';
        if (digit < 0 || digit > 9) {
          return -1;
        }
        sum += digit * unit;
        unit /= 10;
      }
      return sum > WHOLE ? -1 : sum;
    }

    String canonical() {
      return negativeWeight == -WHOLE ? text : text + ";q=" + -negativeWeight;
    }
  }
}
