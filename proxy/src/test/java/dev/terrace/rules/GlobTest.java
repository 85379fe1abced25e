package dev.terrace.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GlobTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      textBlock =
          """
          a a
          * ''
          * a/b?c
          ** a
          a* a
          a* ab
          *a a
          *a ba
          *a*b xaxbxb
          a*b*c abbc
          */users/* http://h/users/1
          a? a?
          {a,b} a
          {a,b} b
          {,a}b b
          {,a}b ab
          {a,b}{c,d} bd
          {a,{b,c}d} cd
          {a*,b}c axc
          *.{css,js} x/y.js
          [a-c] b
          [abc-]x -x
          [a\\-c] -
          [a-cx-z0] 0
          [-a] -
          [*] *
          [\\]] ]
          [,}] ,
          \\* *
          \\\\ \\
          \\{a\\} {a}
          {a\\,b,c} a,b
          a,b a,b
          a]b a]b
          é é
          """)
  void aGlobMatches(String glob, String subject) {
    assertThat(Glob.of(glob).matches(subject)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      textBlock =
          """
          a A
          a ''
          a aa
          '' a
          a* ba
          *a ab
          a*b a
          a*b*c acb
          a? ab
          {a,b} c
          {a,b} ab
          {a,b}{c,d} ba
          [a-c] d
          [a-c] B
          [a-c] ''
          [a-c] ab
          [a\\-c] b
          [*] a
          \\* a
          *.{css,js} x.jsx
          a €
          """)
  void aGlobDoesNotMatch(String glob, String subject) {
    assertThat(Glob.of(glob).matches(subject)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{a",
        "a}",
        "{a,{b}",
        "[a",
        "[]",
        "[",
        "a\\",
        "[z-a]",
        "[!a]",
        "[^a]",
        "[a\\",
        "€",
        "[€]",
        "{{{{{{{{{a}}}}}}}}}"
      })
  void aMalformedGlobIsRefusedWithThePlace(String glob) {
    assertThatThrownBy(() -> Glob.of(glob))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("position")
        .hasMessageContaining(glob);
  }

  @Test
  void bracesThatMultiplyPastTheLimitAreRefused() {
    assertThat(Glob.of("{a,b}".repeat(10)).matches("ababababab")).isTrue();
    assertThatThrownBy(() -> Glob.of("{a,b}".repeat(11)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Glob.of("{a,b}".repeat(3_000)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Glob.of("a".repeat(16_385)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /// Each character of a subject costs as many steps as the glob has words, whatever both say; a
  /// word holds 64 characters of the glob.
  @Test
  void hostileGlobsOfTenThousandCharactersCostTheirLengthAndNoMore() {
    String manyA = "a".repeat(10_000);
    Glob stars = Glob.of("a*".repeat(5_000) + "b");
    assertThat(stars.words()).isLessThanOrEqualTo(5_002 / 64 + 1);
    assertThat(stars.matches(manyA)).isFalse();
    assertThat(stars.matches(manyA + "b")).isTrue();
    Glob pieces = Glob.of(("*" + "a".repeat(99)).repeat(100) + "b");
    assertThat(pieces.words()).isLessThanOrEqualTo(9_902 / 64 + 1);
    assertThat(pieces.matches(manyA)).isFalse();
    Glob onlyStars = Glob.of("*".repeat(10_000));
    assertThat(onlyStars.words()).isEqualTo(1);
    assertThat(onlyStars.matches(manyA)).isTrue();
    Glob classes = Glob.of("*[a-z]".repeat(1_600) + "0");
    assertThat(classes.matches(manyA)).isFalse();
    Glob braces = Glob.of("{a*,*a}".repeat(9));
    assertThat(braces.words()).isLessThanOrEqualTo(512 * 10 / 64 + 1);
    assertThat(braces.matches(manyA)).isTrue();
  }

  @Test
  void everyPlaceInAWordOfStatesBehavesTheSame() {
    for (int length = 55; length < 140; length++) {
      String text = "x".repeat(length);
      assertThat(Glob.of(text).matches(text)).as("%d", length).isTrue();
      assertThat(Glob.of(text + "y").matches(text + "z")).as("%d", length).isFalse();
      assertThat(Glob.of(text + "*y").matches(text + "abcy")).as("%d", length).isTrue();
      assertThat(Glob.of("{" + text + ",y}z").matches("yz")).as("%d", length).isTrue();
      assertThat(Glob.of("{" + text + ",y}z").matches(text + "yz")).as("%d", length).isFalse();
    }
  }

  /// Against a matcher that tries everything, by the definition.
  @Test
  void aGlobAgreesWithItsDefinition() {
    Random random = new Random(7);
    for (int round = 0; round < 100_000; round++) {
      String glob = random(random, "ab*", 8);
      String subject = random(random, "ab", 8);
      assertThat(Glob.of(glob).matches(subject))
          .as("%s on %s", glob, subject)
          .isEqualTo(matchesByDefinition(glob, subject));
    }
  }

  private static boolean matchesByDefinition(String glob, String subject) {
    if (glob.isEmpty()) {
      return subject.isEmpty();
    }
    if (glob.charAt(0) == '*') {
      return matchesByDefinition(glob.substring(1), subject)
          || (!subject.isEmpty() && matchesByDefinition(glob, subject.substring(1)));
    }
    return !subject.isEmpty()
        && subject.charAt(0) == glob.charAt(0)
        && matchesByDefinition(glob.substring(1), subject.substring(1));
  }

  private static String random(Random random, String characters, int most) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      text.append(characters.charAt(random.nextInt(characters.length())));
    }
    return text.toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      textBlock =
          """
          * a*b
          a* a*b
          a*b a*x*b
          *a* a
          {a,b}* b*
          [a-z]* {a,b}x
          *.css /a/*.css
          /a/* /a/b/{c,d}
          """)
  void aGlobCoversANarrowerOne(String wide, String narrow) {
    assertThat(Glob.of(wide).covers(Glob.of(narrow))).isTrue();
  }

  @Test
  void whatAGlobCoversItMatchesTheSameSubjects() {
    Random random = new Random(11);
    int covered = 0;
    for (int round = 0; round < 30_000; round++) {
      Glob wide = Glob.of(random(random, "ab*", 5));
      Glob narrow = Glob.of(random(random, "ab*", 5));
      if (!wide.covers(narrow)) {
        continue;
      }
      covered++;
      for (int i = 0; i < 10; i++) {
        String subject = random(random, "ab", 6);
        if (narrow.matches(subject)) {
          assertThat(wide.matches(subject)).as("%s over %s: %s", wide, narrow, subject).isTrue();
        }
      }
    }
    assertThat(covered).isGreaterThan(1_000);
  }
}
