package dev.terrace.conformance;

import java.util.List;

/// Compares what came with what a step says of it.
final class Expectations {
  private Expectations() {}

  static void check(Details details, List<Field> fields, String body, List<Field> trailers) {
    details
        .expected()
        .forEach(
            (name, values) -> same(name, values, meaningful(values, Field.values(fields, name))));
    for (String name : details.absent()) {
      same("no " + name, List.of(), Field.values(fields, name));
    }
    details.parts().forEach(part -> check(part, fields));
    for (Field trailer : details.trailers()) {
      same(
          "the trailer " + trailer.name(),
          List.of(trailer.value()),
          Field.values(trailers, trailer.name()));
    }
    details.body().ifPresent(expected -> same("the body", expected, body));
    for (String part : details.bodyParts()) {
      if (!body.contains(part)) {
        throw new AssertionError("expected a body that contains " + part + ", got " + body);
      }
    }
  }

  /// A lone asterisk stands for any value.
  private static List<String> meaningful(List<String> expected, List<String> values) {
    return expected.equals(List.of("*")) && !values.isEmpty() ? expected : values;
  }

  private static void check(Details.Part part, List<Field> fields) {
    String value = String.join(", ", Field.values(fields, part.name()));
    boolean contains = value.contains(part.text());
    if (contains != (part.holds() == Details.Holds.CONTAINS)) {
      throw new AssertionError(
          "%s %s %s: got %s".formatted(part.name(), part.holds(), part.text(), value));
    }
  }

  static void same(String what, Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new AssertionError(
          "%s:%n  expected %s%n  got      %s".formatted(what, expected, actual));
    }
  }
}
