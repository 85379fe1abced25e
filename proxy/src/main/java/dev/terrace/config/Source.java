package dev.terrace.config;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// One place that values come from, with the names that options have there.
///
/// @param origin which place
/// @param prefix what messages put before a name
/// @param nameOf an option's name there; empty where it cannot stand there
/// @param fileSuffix what makes a secret's name that of the file that holds it
/// @param texts by name
record Source(
    Given.Source origin,
    String prefix,
    Function<Option<?>, Optional<String>> nameOf,
    String fileSuffix,
    Map<String, String> texts) {

  static Source flags(Map<String, String> flags) {
    return new Source(
        Given.Source.FLAG,
        "",
        option -> Optional.of("--" + option.flag()),
        Option.FILE_FLAG,
        flags);
  }

  static Source environment(Map<String, String> variables) {
    return new Source(
        Given.Source.ENVIRONMENT,
        "",
        option -> Optional.of(option.environment()),
        Option.FILE_ENVIRONMENT,
        variables);
  }

  /// @throws Refusal if the file cannot be read
  static Source file(Given config) {
    String file = config.text();
    try {
      return new Source(
          Given.Source.FILE,
          file + ": ",
          Option::yaml,
          Option.FILE_YAML,
          ConfigFile.values(file, ConfigFile.text(file)));
    } catch (Unfit unfit) {
      throw new Refusal(config.name() + ": " + unfit.getMessage());
    }
  }

  /// What it gives for the option.
  ///
  /// @throws Refusal if it gives a secret and the name of a file for it
  Optional<Given> given(Option<?> option) {
    Optional<String> name = nameOf.apply(option);
    if (name.isEmpty()) {
      return Optional.empty();
    }
    Optional<Given> value = given(name.get(), Given.Form.VALUE);
    if (!option.kind().is(Kind.Form.SECRET)) {
      return value;
    }
    Optional<Given> named = given(name.get() + fileSuffix, Given.Form.FILE_NAME);
    if (value.isPresent() && named.isPresent()) {
      throw new Refusal(
          value.get().name()
              + ": given beside "
              + name.get()
              + fileSuffix
              + ", expected one of them");
    }
    return value.or(() -> named);
  }

  private Optional<Given> given(String name, Given.Form form) {
    return Optional.ofNullable(texts.get(name))
        .map(text -> new Given(prefix + name, text, form, origin));
  }
}
