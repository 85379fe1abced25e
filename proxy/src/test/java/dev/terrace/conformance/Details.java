package dev.terrace.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the indented lines of a step say.
///
/// @param fields to send, or expected: of each name all lines, in this order
/// @param absent names that must not be there; toward a client: not to be added
/// @param parts what the value of a field holds, or does not hold
/// @param trailers like fields
/// @param body a character a byte; empty where nothing is said of it
/// @param bodyParts what it holds somewhere
record Details(
    List<Field> fields,
    List<String> absent,
    List<Part> parts,
    List<Field> trailers,
    Optional<String> body,
    List<String> bodyParts) {

  /// A text within the lines of a field, joined.
  record Part(String name, String text, Holds holds) {}

  /// Whether a part is expected.
  enum Holds {
    CONTAINS,
    LACKS
  }

  private static final Pattern ABSENT = Pattern.compile("no ([A-Za-z0-9_-]+)");
  private static final Pattern PART = Pattern.compile("([A-Za-z0-9_-]+) (contains|lacks) (.+)");
  private static final Pattern FILLED = Pattern.compile("body of ([0-9]+) bytes");

  static Details of(List<String> lines, Words words) {
    List<Field> fields = new ArrayList<>();
    List<String> absent = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    List<Field> trailers = new ArrayList<>();
    List<String> bodyParts = new ArrayList<>();
    Body body = new Body();
    for (String raw : lines) {
      String line = words.replaced(raw);
      Matcher part = PART.matcher(line);
      Matcher none = ABSENT.matcher(line);
      if (body.takes(line)) {
        continue;
      }
      if (none.matches()) {
        absent.add(none.group(1));
      } else if (part.matches()) {
        addPart(part, parts, bodyParts);
      } else if (line.startsWith("trailer ")) {
        trailers.add(Field.parse(line.substring("trailer ".length())));
      } else {
        fields.add(Field.parse(line));
      }
    }
    return new Details(fields, absent, parts, trailers, body.bytes(), bodyParts);
  }

  private static void addPart(Matcher part, List<Part> parts, List<String> bodyParts) {
    if (part.group(1).equals("body") && part.group(2).equals("contains")) {
      bodyParts.add(part.group(3));
    } else {
      Holds holds = part.group(2).equals("contains") ? Holds.CONTAINS : Holds.LACKS;
      parts.add(new Part(part.group(1), part.group(3), holds));
    }
  }

  /// The names that something is said of, each with all its values.
  Map<String, List<String>> expected() {
    Map<String, List<String>> expected = new LinkedHashMap<>();
    fields.forEach(
        field ->
            expected.computeIfAbsent(field.name(), name -> new ArrayList<>()).add(field.value()));
    return expected;
  }

  String bodyOrNone() {
    return body.orElse("");
  }

  /// Lines that begin with a bar, or a number of bytes.
  private static final class Body {
    private final StringBuilder bytes = new StringBuilder();
    private boolean stated;

    boolean takes(String line) {
      Matcher filled = FILLED.matcher(line);
      if (line.equals("no body")) {
        stated = true;
      } else if (filled.matches()) {
        bytes.append(filler(Integer.parseInt(filled.group(1))));
        stated = true;
      } else if (line.startsWith("|")) {
        String text = line.length() > 1 ? line.substring(2) : "";
        bytes.append(stated ? "\n" : "").append(text);
        stated = true;
      } else {
        return false;
      }
      return true;
    }

    Optional<String> bytes() {
      return stated ? Optional.of(bytes.toString()) : Optional.empty();
    }
  }

  /// Bytes that tell their place, so that a body put together wrongly shows.
  static String filler(int count) {
    StringBuilder bytes = new StringBuilder(count);
    for (int at = 0; at < count; at++) {
      bytes.append((char) ('a' + (at + at / 1000) % 26));
    }
    return bytes.toString();
  }
}
