package dev.terrace.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import dev.terrace.http.Table;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What later heads make of stored ones: `merging.txt`, `confirming.txt`, `heads.txt`.
final class HeadUpdateTest {
  private static final long BODY_BYTES = 100;

  static Stream<Arguments> merging() {
    return Table.rows(HeadUpdateTest.class, "merging.txt", 5);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("merging")
  void replacesStoredFields(
      String section, String sentence, String stored, String update, String want) {
    ResponseHead merged = HeadUpdate.merge(Cases.response(stored), Cases.response(update));
    assertThat(merged.status()).isEqualTo(Cases.response(stored).status());
    assertThat(described(merged.headers())).as("%s: %s", section, sentence).isEqualTo(want);
  }

  static Stream<Arguments> confirming() {
    return Table.rows(HeadUpdateTest.class, "confirming.txt", 5);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("confirming")
  void tellsWhetherANotModifiedSpeaksOfTheStoredResponse(
      String section, String sentence, String stored, String update, String want) {
    boolean confirms = HeadUpdate.confirms(Cases.response(stored), Cases.response(update));
    assertThat(confirms ? "confirms" : "does not").as("%s: %s", section, sentence).isEqualTo(want);
  }

  static Stream<Arguments> heads() {
    return Table.rows(HeadUpdateTest.class, "heads.txt", 5);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("heads")
  void tellsWhatAHeadMeansForTheStoredAnswerToAGet(
      String section, String sentence, String stored, String answer, String want) {
    HeadUpdate.OfHead found =
        HeadUpdate.ofHead(Cases.response(stored), BODY_BYTES, Cases.response(answer));
    String described =
        switch (found) {
          case HeadUpdate.OfHead.Updated(ResponseHead head) -> "updated " + head.status();
          case HeadUpdate.OfHead.Outdated() -> "outdated";
          case HeadUpdate.OfHead.Unaffected() -> "unaffected";
        };
    assertThat(described).as("%s: %s", section, sentence).isEqualTo(want);
  }

  private static String described(Headers headers) {
    return StreamSupport.stream(headers.spliterator(), false)
        .map(field -> field.name() + ": " + field.value())
        .collect(Collectors.joining(" & "));
  }
}
