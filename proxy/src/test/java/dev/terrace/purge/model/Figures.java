package dev.terrace.purge.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// What explorations found, a line each, for people: `target/model-figures.txt`, to which every run
/// adds.
final class Figures {
  private static final Path FILE = Path.of("target", "model-figures.txt");

  private Figures() {}

  static void note(String name, Outcome outcome) {
    try {
      Files.createDirectories(FILE.getParent());
      Files.writeString(
          FILE,
          name + ": " + outcome.figures() + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
