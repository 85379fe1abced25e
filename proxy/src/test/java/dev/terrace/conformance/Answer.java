package dev.terrace.conformance;

import java.util.List;
import java.util.Optional;

/// What a client got.
///
/// @param status of the head; 0 where there was none
/// @param fields in order
/// @param body as much as came, a character a byte
/// @param trailers in order
/// @param broken why it is not whole; empty if it is
record Answer(
    int status, List<Field> fields, String body, List<Field> trailers, Optional<String> broken) {
  /// All of it but the name of the layer.
  String sameFromAnyLayer() {
    StringBuilder all = new StringBuilder("status ").append(status);
    for (Field field : fields) {
      if (!field.is("X-Cache-Layer")) {
        all.append("\n  ").append(field.toString().replaceFirst("; detail=(memory|file)$", ""));
      }
    }
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
