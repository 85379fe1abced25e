package dev.terrace.conformance;

import java.util.List;

/// A field line as it is on the wire. Unlike Terrace's own type it refuses nothing, so that a
/// scenario can send what is malformed.
record Field(String name, String value) {
  static Field parse(String line) {
    int colon = line.indexOf(':', 1);
    if (colon < 0) {
      throw new IllegalArgumentException("not a field: " + line);
    }
    return new Field(line.substring(0, colon).trim(), line.substring(colon + 1).trim());
  }

  boolean is(String other) {
    return name.equalsIgnoreCase(other);
  }

  /// The values of all lines of this name, in order.
  static List<String> values(List<Field> fields, String name) {
    return fields.stream().filter(field -> field.is(name)).map(Field::value).toList();
  }

  static boolean has(List<Field> fields, String name) {
    return fields.stream().anyMatch(field -> field.is(name));
  }

  @Override
  public String toString() {
    return name + ": " + value;
  }
}
