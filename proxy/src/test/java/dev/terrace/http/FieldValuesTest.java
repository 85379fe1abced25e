package dev.terrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Dates, entity tags and ranges as their fields hold them: `dates.txt`, `etags.txt`, `ranges.txt`,
/// `content-ranges.txt`. What is malformed is `none`.
final class FieldValuesTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  static Stream<Arguments> dates() {
    return Table.rows(FieldValuesTest.class, "dates.txt", 4);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("dates")
  void readsDatesInThreeFormatsAndNothingLooser(
      String section, String sentence, String text, String want) {
    assertThat(HttpDate.parse(text.replace('·', ' '), NOW).map(Instant::toString).orElse("none"))
        .as("%s: %s", section, sentence)
        .isEqualTo(want);
  }

  @Test
  void writesDatesAsTheyAreRead() {
    assertThat(HttpDate.format(Instant.parse("1994-11-06T08:49:37.9Z")))
        .isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    for (long second = 0; second < 4_000_000_000L; second += 12_345_679) {
      Instant moment = Instant.ofEpochSecond(second);
      assertThat(HttpDate.parse(HttpDate.format(moment), NOW)).contains(moment);
    }
  }

  static Stream<Arguments> tags() {
    return Table.rows(FieldValuesTest.class, "etags.txt", 4);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("tags")
  void readsListsOfEntityTags(String section, String sentence, String text, String want) {
    String tags =
        EntityTag.parseList(text).stream()
            .map(tag -> (tag.strength() == EntityTag.Strength.WEAK ? "weak:" : "") + tag.opaque())
            .collect(Collectors.joining(" "));
    assertThat(tags.isEmpty() ? "none" : tags).as("%s: %s", section, sentence).isEqualTo(want);
  }

  @Test
  void comparesEntityTagsWeaklyAndStrongly() {
    EntityTag strong = EntityTag.parse("\"1\"").orElseThrow();
    EntityTag weak = EntityTag.parse("W/\"1\"").orElseThrow();
    EntityTag other = EntityTag.parse("\"2\"").orElseThrow();
    assertThat(strong.matchesStrongly(strong)).isTrue();
    assertThat(strong.matchesStrongly(weak)).isFalse();
    assertThat(weak.matchesStrongly(weak)).isFalse();
    assertThat(weak.matchesWeakly(strong)).isTrue();
    assertThat(strong.matchesWeakly(other)).isFalse();
    assertThat(EntityTag.parse("\"1\", \"2\"")).isEmpty();
    assertThat(weak).hasToString("W/\"1\"");
  }

  static Stream<Arguments> ranges() {
    return Table.rows(FieldValuesTest.class, "ranges.txt", 5);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("ranges")
  void readsRangesOfALength(
      String section, String sentence, String text, String length, String want) {
    String found =
        RangeSet.parse(text)
            .map(
                set ->
                    set.ranges().stream()
                        .map(spec -> spec.within(Long.parseLong(length)))
                        .map(range -> range.map(r -> r.first() + "-" + r.last()).orElse("out"))
                        .collect(Collectors.joining(" ")))
            .orElse("none");
    assertThat(found).as("%s: %s", section, sentence).isEqualTo(want);
  }

  static Stream<Arguments> contentRanges() {
    return Table.rows(FieldValuesTest.class, "content-ranges.txt", 4);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("contentRanges")
  void readsContentRanges(String section, String sentence, String text, String want) {
    String found =
        ContentRange.parse(text)
            .map(range -> range + (range.isWhole() ? " whole" : ""))
            .orElse("none");
    assertThat(found).as("%s: %s", section, sentence).isEqualTo(want);
  }
}
