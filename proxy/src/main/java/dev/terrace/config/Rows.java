package dev.terrace.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The rows of one section, in the making: used by the classes that hold the table, while they
/// load.
final class Rows {
  private final Section section;
  private final String block;
  private final List<Option<?>> rows = new ArrayList<>();

  Rows(Section section) {
    this(section, "");
  }

  private Rows(Section section, String block) {
    this.section = section;
    this.block = block;
  }

  /// Rows whose keys stand in a block of the configuration file. Their flags begin with its name,
  /// and `enable-` with its name is its `enabled`.
  static Rows block(Section section, String block) {
    return new Rows(section, block);
  }

  List<Option<?>> all() {
    return Collections.unmodifiableList(rows);
  }

  /// An option that always has a value.
  <T> Option<T> row(String flag, Kind<T> kind, String standard, String meaning) {
    return named(flag, kind, Optional.of(standard), "", meaning);
  }

  /// An option that may have no value; `unset` says what that means.
  <T> Option<T> unset(String flag, Kind<T> kind, String unset, String meaning) {
    return named(flag, kind, Optional.empty(), unset, meaning);
  }

  Option<Duration> duration(
      String flag, String standard, String least, String most, String meaning) {
    return row(flag, Kinds.duration(standard, least, most), standard, meaning);
  }

  /// An option whose names are not all made from its flag.
  <T> Option<T> unset(
      String flag,
      String environment,
      Optional<String> yaml,
      Kind<T> kind,
      String unset,
      String meaning) {
    return add(
        new Option<>(flag, environment, yaml, kind, Optional.empty(), unset, section, meaning));
  }

  private <T> Option<T> named(
      String flag, Kind<T> kind, Optional<String> standard, String unset, String meaning) {
    String environment = flag.replace('-', '_').toUpperCase(Locale.ROOT);
    return add(
        new Option<>(
            flag, environment, Optional.of(key(flag)), kind, standard, unset, section, meaning));
  }

  private <T> Option<T> add(Option<T> option) {
    rows.add(option);
    return option;
  }

  private String key(String flag) {
    if (block.isEmpty()) {
      return camelCase(flag);
    }
    String name = flag.equals("enable-" + block) ? "enabled" : flag.substring(block.length() + 1);
    return block + Option.BLOCK + camelCase(name);
  }

  private static String camelCase(String flag) {
    StringBuilder key = new StringBuilder();
    for (String word : flag.split("-", -1)) {
      key.append(key.isEmpty() ? word.charAt(0) : Character.toUpperCase(word.charAt(0)));
      key.append(word, 1, word.length());
    }
    return key.toString();
  }
}
