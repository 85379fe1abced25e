package dev.terrace.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrace.http.ByteRange;
import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import dev.terrace.http.Table;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Ranges out of complete responses, as `range-requests.txt` has them.
final class RangesTest {
  static Stream<Arguments> requests() {
    return Table.rows(RangesTest.class, "range-requests.txt", 6);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("requests")
  void sendsTheBytesThatAreAskedFor(
      String section, String sentence, String request, String stored, String length, String want) {
    Ranges.Decision decision =
        Ranges.decide(
            Cases.NOW, Cases.request(request), Cases.response(stored), Long.parseLong(length));
    assertThat(described(decision)).as("%s: %s", section, sentence).isEqualTo(want);
  }

  private static String described(Ranges.Decision decision) {
    return switch (decision) {
      case Ranges.Decision.Whole() -> "whole";
      case Ranges.Decision.Single(ByteRange range, ResponseHead head) ->
          head.status() + " " + described(range);
      case Ranges.Decision.Multiple(List<ByteRange> ranges) ->
          "multiple " + ranges.stream().map(RangesTest::described).collect(Collectors.joining(" "));
      case Ranges.Decision.Unsatisfiable(ResponseHead head) ->
          head.status() + " " + head.headers().firstOr("Content-Range", "");
    };
  }

  private static String described(ByteRange range) {
    return range.first() + "-" + range.last();
  }

  @Test
  void aSingleRangeHasTheStoredFieldsAndItsOwnLength() {
    ResponseHead stored =
        new ResponseHead(
            200,
            Headers.of("ETag", "\"a\"", "Content-Length", "100", "Content-Type", "text/plain"));
    Ranges.Decision decision =
        Ranges.decide(Cases.NOW, Cases.request("Range: bytes=10-19"), stored, 100);
    assertThat(decision)
        .isEqualTo(
            new Ranges.Decision.Single(
                new ByteRange(10, 19),
                new ResponseHead(
                    206,
                    Headers.of(
                        "ETag",
                        "\"a\"",
                        "Content-Length",
                        "10",
                        "Content-Type",
                        "text/plain",
                        "Content-Range",
                        "bytes 10-19/100"))));
  }

  @Test
  void anUnsatisfiableRangeTellsNothingOfTheBody() {
    ResponseHead stored =
        new ResponseHead(
            200,
            Headers.of("Date", "d", "ETag", "\"a\"", "Content-Length", "100", "Content-Type", "x"));
    assertThat(Ranges.decide(Cases.NOW, Cases.request("Range: bytes=100-"), stored, 100))
        .isEqualTo(
            new Ranges.Decision.Unsatisfiable(
                new ResponseHead(416, Headers.of("Date", "d", "Content-Range", "bytes */100"))));
  }

  @Test
  void severalRangesAreFramedAsParts() {
    MultipartRanges framing =
        new MultipartRanges(
            "BOUNDARY",
            Optional.of("text/plain"),
            List.of(new ByteRange(0, 1), new ByteRange(4, 4)),
            5);
    String body =
        ascii(framing.partHead(0))
            + "he"
            + ascii(framing.partHead(1))
            + "o"
            + ascii(framing.tail());
    assertThat(body)
        .isEqualTo(
            """
            --BOUNDARY\r
            Content-Type: text/plain\r
            Content-Range: bytes 0-1/5\r
            \r
            he\r
            --BOUNDARY\r
            Content-Type: text/plain\r
            Content-Range: bytes 4-4/5\r
            \r
            o\r
            --BOUNDARY--\r
            """);
    assertThat(framing.bytes()).isEqualTo(body.length());
    ResponseHead stored =
        new ResponseHead(
            200, Headers.of("Content-Type", "text/plain", "Content-Length", "5", "ETag", "\"a\""));
    assertThat(framing.head(stored))
        .isEqualTo(
            new ResponseHead(
                206,
                Headers.of(
                    "Content-Type",
                    "multipart/byteranges; boundary=BOUNDARY",
                    "Content-Length",
                    Integer.toString(body.length()),
                    "ETag",
                    "\"a\"")));
  }

  @Test
  void partsOfWhatHasNoTypeHaveNone() {
    MultipartRanges framing =
        new MultipartRanges("b", Optional.empty(), List.of(new ByteRange(0, 0)), 5);
    assertThat(ascii(framing.partHead(0))).isEqualTo("--b\r\nContent-Range: bytes 0-0/5\r\n\r\n");
  }

  @Test
  void aBoundaryThatCouldEndTheHeadIsRefused() {
    assertThatThrownBy(() -> new MultipartRanges("a\r\nb", Optional.empty(), List.of(), 5))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MultipartRanges("", Optional.empty(), List.of(), 5))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static String ascii(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
