package dev.terrace.config;

import dev.terrace.rules.Glob;
import dev.terrace.rules.Rule;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Whether an earlier rule governs all that a later one matches. Every yes is right; where patterns
/// are too rich to compare, the answer is no.
final class Hiding {
  /// Stands for whatever a star of the later pattern takes: no pattern holds it, so that only a
  /// star of the earlier one can match it.
  private static final String ANYTHING = "\uE000";

  private Hiding() {}

  static boolean hides(Rule earlier, Rule later, Set<String> cacheableMethods) {
    return methods(earlier, cacheableMethods).containsAll(methods(later, cacheableMethods))
        && asksNoMore(earlier.headerConditions(), later.headerConditions())
        && covers(earlier.pattern().text(), later.pattern().text());
  }

  private static Set<String> methods(Rule rule, Set<String> cacheableMethods) {
    return rule.methods().isEmpty() ? cacheableMethods : rule.methods();
  }

  private static boolean asksNoMore(Map<String, Glob> earlier, Map<String, Glob> later) {
    return earlier.entrySet().stream()
        .allMatch(asked -> later.entrySet().stream().anyMatch(other -> isAskedBy(asked, other)));
  }

  private static boolean isAskedBy(Map.Entry<String, Glob> asked, Map.Entry<String, Glob> other) {
    String wanted = asked.getValue().text();
    return asked.getKey().equalsIgnoreCase(other.getKey())
        && (wanted.equals("*") || wanted.equals(other.getValue().text()));
  }

  /// Whether the earlier pattern matches all that the later one does.
  private static boolean covers(String earlier, String later) {
    if (earlier.equals(later)) {
      return true;
    }
    if (isRich(earlier) || isRich(later)) {
      return false;
    }
    List<String> wide = List.of(earlier.split("\\?", 2));
    List<String> narrow = List.of(later.split("\\?", 2));
    return coversPath(wide.getFirst(), narrow.getFirst())
        && (wide.size() == 1
            || (narrow.size() == 2 && coversText(wide.getLast(), narrow.getLast())));
  }

  private static boolean coversPath(String earlier, String later) {
    if (earlier.startsWith("/") && !later.startsWith("/")) {
      return earlier.equals("/*");
    }
    // A pattern over the path stands for any scheme, host and base path before it.
    boolean after = !earlier.startsWith("/") && later.startsWith("/");
    return coversText(earlier, after ? "*" + later : later);
  }

  private static boolean coversText(String earlier, String later) {
    return Glob.of(earlier).matches(later.replace("*", ANYTHING));
  }

  private static boolean isRich(String pattern) {
    return pattern.chars().anyMatch(c -> "{}[]\\".indexOf(c) >= 0);
  }
}
