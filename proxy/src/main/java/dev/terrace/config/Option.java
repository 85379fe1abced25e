package dev.terrace.config;

import java.util.Optional;

/// One row of the table of options: all that help, sources and reference know of it.
///
/// @param flag without its dashes
/// @param environment the variable
/// @param yaml the key in the configuration file, `block.key` in a block; empty where a file cannot
///   hold it
/// @param kind how it is read
/// @param standard the text that holds where no source gives one; empty: there is none
/// @param unset what stands for the default in help where there is none
/// @param section where help shows it
/// @param meaning one sentence
record Option<T>(
    String flag,
    String environment,
    Optional<String> yaml,
    Kind<T> kind,
    Optional<String> standard,
    String unset,
    Section section,
    String meaning) {

  /// The suffixes of the flag, variable and key that name a file with the secret in it.
  static final String FILE_FLAG = "-file";

  static final String FILE_ENVIRONMENT = "_FILE";
  static final String FILE_YAML = "File";

  /// Stands in `yaml` between the name of a block and that of a key in it.
  static final String BLOCK = ".";

  /// What help and reference show as the default.
  String shownDefault() {
    return standard.orElse(unset);
  }
}
