package dev.terrace.conformance;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a client got.
///
/// @param status of the head; 0 where there was none
/// @param fields in order
/// @param body as much as came, a character a byte
/// @param trailers in order
/// @param broken why it is not whole; empty if it is
record Answer(
    int status, List<Field> fields, String body, List<Field> trailers, Optional<String> broken) {
  /// Whether it was stored before it was asked for.
  boolean isFromALayer() {
    return Field.values(fields, "X-Cache").stream()
        .anyMatch(Set.of("HIT", "STALE", "REVALIDATED")::contains);
  }

  /// All of it but the name of the layer and the order of different fields (RFC 9110 §5.3).
  String sameFromAnyLayer() {
    StringBuilder all = new StringBuilder("status ").append(status);
    fields.stream()
        .filter(field -> !field.is("X-Cache-Layer"))
        .map(field -> field.toString().replaceFirst("; detail=(memory|redis|file)$", ""))
        .sorted(String.CASE_INSENSITIVE_ORDER)
        .forEach(field -> all.append("\n  ").append(field));
    all.append("\n  | ").append(body);
    trailers.forEach(field -> all.append("\n  trailer ").append(field));
    broken.ifPresent(why -> all.append("\n  broken off"));
    return all.toString();
  }

  @Override
  public String toString() {
    StringBuilder all = new StringBuilder("status ").append(status);
    fields.forEach(field -> all.append("\n  ").append(field));
    all.append("\n  | ").append(body.length() > 300 ? body.length() + " bytes" : body);
    trailers.forEach(field -> all.append("\n  trailer ").append(field));
    broken.ifPresent(why -> all.append("\n  broken off: ").append(why));
    return all.toString();
  }
}
