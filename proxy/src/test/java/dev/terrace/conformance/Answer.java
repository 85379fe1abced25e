package dev.terrace.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.Optional;

/// What a client got.
///
/// @param status of the head; 0 where there was none
/// @param fields in order
/// @param body as much as came
/// @param trailers in order
/// @param broken why it is not whole; empty if it is
record Answer(
    int status, List<Field> fields, byte[] body, List<Field> trailers, Optional<String> broken) {
  String text() {
    return new String(body, ISO_8859_1);
  }

  @Override
  public String toString() {
    StringBuilder all = new StringBuilder("status ").append(status);
    fields.forEach(field -> all.append("\n  ").append(field));
    all.append("\n  | ").append(body.length > 300 ? body.length + " bytes" : text());
    trailers.forEach(field -> all.append("\n  trailer ").append(field));
    broken.ifPresent(why -> all.append("\n  broken off: ").append(why));
    return all.toString();
  }
}
