package dev.terrace.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import dev.terrace.http.Table;
import dev.terrace.rules.Conditions.Result;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Conditions of clients on what is stored, as `conditions.txt` has them.
final class ConditionsTest {
  static Stream<Arguments> conditions() {
    return Table.rows(ConditionsTest.class, "conditions.txt", 5);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("conditions")
  void answersWholeOrNotModified(
      String section, String sentence, String request, String stored, String want) {
    Result result = Conditions.evaluate(Cases.NOW, Cases.request(request), Cases.response(stored));
    assertThat(result == Result.WHOLE ? "whole" : "304")
        .as("%s: %s", section, sentence)
        .isEqualTo(want);
  }

  @Test
  void aNotModifiedTellsEverythingButTheBody() {
    Headers stored =
        Headers.of(
            "Date",
            "d",
            "ETag",
            "\"a\"",
            "Last-Modified",
            "m",
            "Content-Type",
            "text/plain",
            "Content-Length",
            "5",
            "Content-Encoding",
            "br",
            "Content-Language",
            "en",
            "Content-Range",
            "x",
            "Content-Disposition",
            "x",
            "Content-Location",
            "/a",
            "Vary",
            "Accept",
            "Cache-Control",
            "max-age=5",
            "Expires",
            "e",
            "X-Other",
            "1",
            "Content-Security-Policy",
            "default-src 'none'");
    assertThat(Conditions.notModified(stored))
        .isEqualTo(
            Headers.of(
                "Date",
                "d",
                "ETag",
                "\"a\"",
                "Content-Location",
                "/a",
                "Vary",
                "Accept",
                "Cache-Control",
                "max-age=5",
                "Expires",
                "e",
                "X-Other",
                "1",
                "Content-Security-Policy",
                "default-src 'none'"));
    assertThat(Conditions.notModified(Headers.of("Last-Modified", "m")))
        .isEqualTo(Headers.of("Last-Modified", "m"));
  }

  @Test
  void aSharedFillHasNoConditionsOfItsFirstClient() {
    Headers request =
        Headers.of(
            "If-None-Match", "\"a\"", "Accept", "x", "if-modified-since", "y", "If-Match", "z");
    assertThat(Conditions.withoutConditions(request))
        .isEqualTo(Headers.of("Accept", "x", "If-Match", "z"));
  }

  @Test
  void validationSendsTheValidatorsThatAreValid() {
    assertThat(
            Conditions.validating(
                new ResponseHead(200, Headers.of("ETag", "W/\"a\"", "Last-Modified", "soon"))))
        .isEqualTo(Headers.of("If-None-Match", "W/\"a\""));
    String date = "Sunday, 06-Nov-94 08:49:37 GMT";
    assertThat(Conditions.validating(new ResponseHead(200, Headers.of("Last-Modified", date))))
        .isEqualTo(Headers.of("If-Modified-Since", date));
  }
}
