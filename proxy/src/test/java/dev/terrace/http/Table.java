package dev.terrace.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/// A table of cases in a resource: a row a line, its cells apart by ` | `, first the section that
/// it comes from, then a sentence. Lines that begin with `#` are for readers. A cell `-` is empty.
public final class Table {
  private Table() {}

  /// The rows of a resource beside `anchor`; every one has this many cells.
  public static Stream<Arguments> rows(Class<?> anchor, String resource, int cells) {
    return text(anchor, resource)
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> row(line, cells));
  }

  private static Arguments row(String line, int cells) {
    List<String> found =
        Arrays.stream(line.split(" \\| ", -1))
            .map(String::strip)
            .map(cell -> cell.equals("-") ? "" : cell)
            .toList();
    if (found.size() != cells) {
      throw new IllegalArgumentException(found.size() + " cells for " + cells + ": " + line);
    }
    return Arguments.of(found.toArray());
  }

  private static String text(Class<?> anchor, String resource) {
    try (InputStream in = anchor.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("no resource " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
