package dev.terrace.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.http.Table;
import dev.terrace.rules.CacheControl.Directive;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Directives, as `cache-control.txt` has them; lines are apart by ` & ` and may be of the targeted
/// field.
final class CacheControlTest {
  static Stream<Arguments> directives() {
    return Table.rows(CacheControlTest.class, "cache-control.txt", 4);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("directives")
  void readsDirectivesAsTheyRestrictMost(
      String section, String sentence, String lines, String want) {
    CacheControl control = ResponseDirectives.of(Cases.response(lines).headers()).control();
    List<String> found = new ArrayList<>();
    for (Directive directive : Directive.values()) {
      String word = directive.name().toLowerCase(Locale.ROOT).replace('_', '-');
      OptionalLong seconds = control.seconds(directive);
      if (seconds.isPresent()) {
        String text = seconds.getAsLong() == Long.MAX_VALUE ? "any" : "" + seconds.getAsLong();
        found.add(word + "=" + text);
      } else if (control.has(directive)) {
        found.add(word);
      }
    }
    new TreeSet<>(control.noCacheFields()).forEach(field -> found.add("not:" + field));
    if (control.isForAllUsers()) {
      found.add("for-all");
    }
    assertThat(String.join(" ", found)).as("%s: %s", section, sentence).isEqualTo(want);
  }
}
