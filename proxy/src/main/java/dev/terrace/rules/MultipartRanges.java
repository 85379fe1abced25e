package dev.terrace.rules;

import dev.terrace.http.ByteRange;
import dev.terrace.http.ContentRange;
import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The framing of a 206 with several ranges, `multipart/byteranges` (RFC 9110 §14.6). Per range:
/// [#partHead], then its bytes; after the last [#tail].
///
/// @param boundary that does not occur in the body, 1 to 70 letters and digits
/// @param contentType of the representation, which each part repeats
/// @param ranges in the order in which they are sent
/// @param completeLength of the representation
public record MultipartRanges(
    String boundary, Optional<String> contentType, List<ByteRange> ranges, long completeLength) {
  public MultipartRanges {
    ranges = List.copyOf(ranges);
    if (boundary.isEmpty()
        || boundary.length() > 70
        || !boundary.chars().allMatch(MultipartRanges::isLetterOrDigit)) {
      throw new IllegalArgumentException("a boundary of 1 to 70 letters and digits expected");
    }
  }

  /// What precedes the bytes of the range at `index`.
  public byte[] partHead(int index) {
    ContentRange range = new ContentRange(ranges.get(index), OptionalLong.of(completeLength));
    StringBuilder head = new StringBuilder();
    head.append(index == 0 ? "--" : "\r\n--").append(boundary).append("\r\n");
    contentType.ifPresent(type -> head.append("Content-Type: ").append(type).append("\r\n"));
    head.append("Content-Range: ").append(range).append("\r\n\r\n");
    return bytes(head.toString());
  }

  /// What follows the bytes of the last range.
  public byte[] tail() {
    return bytes("\r\n--" + boundary + "--\r\n");
  }

  /// How long the whole body is.
  public long bytes() {
    long bytes = tail().length;
    for (int i = 0; i < ranges.size(); i++) {
      bytes += partHead(i).length + ranges.get(i).bytes();
    }
    return bytes;
  }

  /// The head of the 206: the stored one, but for what each part says of itself.
  public ResponseHead head(ResponseHead stored) {
    Headers headers =
        stored
            .headers()
            .with("Content-Type", "multipart/byteranges; boundary=" + boundary)
            .with("Content-Length", Long.toString(bytes()));
    return new ResponseHead(206, headers);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static boolean isLetterOrDigit(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
