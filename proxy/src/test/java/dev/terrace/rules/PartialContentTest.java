package dev.terrace.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.http.ResponseHead;
import dev.terrace.http.Table;
import dev.terrace.rules.PartialContent.Combination;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Parts: `slicing.txt`, `completing.txt`, `combining.txt`.
final class PartialContentTest {
  static Stream<Arguments> slicing() {
    return Table.rows(PartialContentTest.class, "slicing.txt", 5);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("slicing")
  void cutsWhatTheStoredPartHas(
      String section, String sentence, String request, String stored, String want) {
    String found =
        PartialContent.slice(Cases.NOW, Cases.request(request), Cases.response("206 & " + stored))
            .map(range -> range.first() + "-" + range.last())
            .orElse("none");
    assertThat(found).as("%s: %s", section, sentence).isEqualTo(want);
  }

  static Stream<Arguments> completing() {
    return Table.rows(PartialContentTest.class, "completing.txt", 4);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("completing")
  void asksForTheRestOfAPrefix(String section, String sentence, String stored, String want) {
    String found =
        PartialContent.completion(Cases.NOW, Cases.response("206 & " + stored))
            .map(fields -> fields.firstOr("Range", "") + " if " + fields.firstOr("If-Range", ""))
            .orElse("none");
    assertThat(found).as("%s: %s", section, sentence).isEqualTo(Cases.withDates(want));
  }

  static Stream<Arguments> combining() {
    return Table.rows(PartialContentTest.class, "combining.txt", 5);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("combining")
  void combinesWhatIsOfOneRepresentation(
      String section, String sentence, String stored, String later, String want) {
    Combination combination =
        PartialContent.combine(
            Cases.NOW, Cases.response("206 & " + stored), Cases.response("206 & " + later));
    String found =
        switch (combination) {
          case Combination.Combined(ResponseHead head, long skip) ->
              (head.status()
                      + " "
                      + head.headers().firstOr("Content-Range", "whole")
                      + " of "
                      + head.headers().firstOr("Content-Length", "?")
                      + " skip ")
                  + skip;
          case Combination.Unrelated() -> "unrelated";
        };
    assertThat(found).as("%s: %s", section, sentence).isEqualTo(want);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // stored whole | seconds since | later part | whether the whole is kept
        "ETag: \"a\"   | 1  | ETag: \"a\"   | true",
        "ETag: \"a\"   | 99 | ETag: \"a\"   | true",
        "ETag: \"a\"   | 1  | ETag: \"b\"   | false",
        "ETag: W/\"a\" | 1  | ETag: W/\"a\" | true",
        "ETag: W/\"a\" | 99 | ETag: W/\"a\" | false",
        "X: 1          | 1  | ETag: \"a\"   | true",
        "X: 1          | 99 | ETag: \"a\"   | false",
      })
  void aWholeIsKeptBeforeAPartOfIt(String whole, long seconds, String part, boolean kept) {
    StoredHead stored = ReusePolicyTest.stored("Cache-Control: max-age=60 & " + whole, "");
    ResponseHead later = Cases.response("206 & Content-Range: bytes 0-4/10 & " + part);
    assertThat(PartialContent.outlives(Cases.NOW.plusSeconds(seconds), stored, later))
        .isEqualTo(kept);
  }

  @Test
  void aCombinedHeadHasTheLaterFields() {
    Combination combination =
        PartialContent.combine(
            Cases.NOW,
            Cases.response("206 & ETag: \"a\" & Content-Range: bytes 0-4/10 & X: 1 & Y: 1"),
            Cases.response("206 & ETag: \"a\" & Content-Range: bytes 5-9/10 & X: 2"));
    assertThat(combination)
        .isInstanceOfSatisfying(
            Combination.Combined.class,
            combined -> {
              assertThat(combined.head().headers().all("X")).containsExactly("2");
              assertThat(combined.head().headers().all("Y")).containsExactly("1");
              assertThat(combined.head().headers().contains("Content-Range")).isFalse();
            });
  }
}
