package dev.terrace.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The PEM files that options name: there, readable, and in pairs where they belong together.
final class Pems {
  private final Values values;

  Pems(Values values) {
    this.values = values;
  }

  /// The file that the option names, if it names one.
  ///
  /// @throws Refusal if it cannot be read
  Optional<Path> readable(Option<Path> option) {
    return values.find(option).map(file -> readable(option, file));
  }

  /// A certificate and its key, or neither.
  ///
  /// @throws Refusal if one is missing or cannot be read
  Optional<Settings.Tls> pair(Option<Path> certificate, Option<Path> key) {
    if (values.find(certificate).isEmpty() && values.find(key).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Settings.Tls(
            readable(certificate, beside(certificate, key)),
            readable(key, beside(key, certificate))));
  }

  private Path beside(Option<Path> option, Option<Path> given) {
    return values
        .find(option)
        .orElseThrow(
            () ->
                new Refusal(
                    "--"
                        + option.flag()
                        + ": not given, expected a PEM file beside --"
                        + given.flag()));
  }

  private Path readable(Option<Path> option, Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new Refusal(
          values.nameOf(option)
              + ": "
              + Unfit.got(file.toString(), "a PEM file that can be read").getMessage());
    }
    return file;
  }
}
