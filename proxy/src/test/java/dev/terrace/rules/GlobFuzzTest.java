package dev.terrace.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/// Any text is refused as a glob with a reason, or is one that costs no more than its size, and
/// matches itself where it is quoted.
final class GlobFuzzTest {
  @FuzzTest
  void anyTextIsAGlobOrIsRefused(FuzzedDataProvider data) {
    String subject = data.consumeString(40);
    String text = data.consumeRemainingAsString();
    Glob glob;
    try {
      glob = Glob.of(text);
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageContaining("glob");
      return;
    }
    assertThat(glob.words()).isLessThanOrEqualTo((16_384 + 1_024) / 64 + 1);
    boolean matches = glob.matches(subject);
    assertThat(Glob.of(text + "{}").matches(subject)).isEqualTo(matches);
    assertThat(glob.covers(glob)).as("a glob covers itself: %s", text).isTrue();
    if (matches) {
      assertThat(Glob.of("*").covers(glob)).isTrue();
    }
    if (subject.chars().allMatch(c -> c < GlobParser.CHARACTERS)) {
      assertThat(Glob.of(subject.replaceAll("(?s)(.)", "\\\\$1")).matches(subject)).isTrue();
    }
  }
}
