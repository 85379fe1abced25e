package dev.terrace.rules;

import dev.terrace.http.Headers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The operator's rules in their order; the first that matches governs (`product.md` 3). Immutable;
/// safe for use by any thread.
public final class RuleSet {
  private final List<Rule> rules;

  /// Beside each rule what a request is told that it governs, and the methods that it covers.
  private final List<Optional<Rule>> answers;

  private final List<Set<String>> methods;

  /// @param cacheableMethods of the rules that name none; HEAD goes with GET
  public RuleSet(List<Rule> rules, Set<String> cacheableMethods) {
    this.rules = List.copyOf(rules);
    this.answers = this.rules.stream().map(Optional::of).toList();
    this.methods =
        this.rules.stream()
            .map(rule -> withHead(rule.methods().isEmpty() ? cacheableMethods : rule.methods()))
            .toList();
  }

  /// These methods, and HEAD where GET is among them.
  static Set<String> withHead(Set<String> methods) {
    Set<String> all = new HashSet<>(methods);
    if (methods.contains("GET")) {
      all.add("HEAD");
    }
    return Set.copyOf(all);
  }

  /// The rule that governs; empty where none matches: then the defaults hold.
  public Optional<Rule> governing(Intake intake) {
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      if (methods.get(i).contains(intake.request().method())
          && rule.pattern().matches(intake)
          && meets(rule.headerConditions(), intake.request().headers())) {
        return answers.get(i);
      }
    }
    return Optional.empty();
  }

  private static boolean meets(Map<String, Glob> conditions, Headers headers) {
    for (Map.Entry<String, Glob> condition : conditions.entrySet()) {
      Optional<String> value = headers.joined(condition.getKey());
      if (value.isEmpty() || !condition.getValue().matches(value.get())) {
        return false;
      }
    }
    return true;
  }

  /// A rule that governs nothing, since an earlier one matches all that it does; both by their
  /// index.
  public record Hidden(int rule, int by) {}

  /// The rules that surely govern nothing. One may do so and yet not be among them, where its
  /// pattern is too rich to compare.
  public List<Hidden> hidden() {
    List<Hidden> hidden = new ArrayList<>();
    for (int later = 1; later < rules.size(); later++) {
      for (int earlier = 0; earlier < later; earlier++) {
        if (hides(earlier, later)) {
          hidden.add(new Hidden(later, earlier));
          break;
        }
      }
    }
    return hidden;
  }

  private boolean hides(int earlier, int later) {
    Rule first = rules.get(earlier);
    Rule second = rules.get(later);
    return methods.get(earlier).containsAll(methods.get(later))
        && asksNoMore(first.headerConditions(), second.headerConditions())
        && first.pattern().covers(second.pattern());
  }

  private static boolean asksNoMore(Map<String, Glob> first, Map<String, Glob> second) {
    return first.entrySet().stream()
        .allMatch(
            asked -> {
              Glob other = second.get(asked.getKey());
              return other != null && asked.getValue().covers(other);
            });
  }

  public List<Rule> rules() {
    return rules;
  }
}
