package dev.terrace.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The value of every option, read from the highest source that gives one (`product.md` 1): flag,
/// environment, configuration file, default.
final class Values {
  /// @param given its text and source
  /// @param value as its kind read it
  private record Read(Given given, Object value) {}

  private final Map<Option<?>, Read> read = new HashMap<>();
  private final List<String> warnings;

  private Values(List<String> warnings) {
    this.warnings = warnings;
  }

  /// Reads every option.
  ///
  /// @param flags by name, dashes included
  /// @param process the variables of the process
  /// @throws Refusal naming the first that is wrong
  static Values read(Map<String, String> flags, Map<String, String> process) {
    Environment environment = Environment.of(process);
    Values values = new Values(new ArrayList<>(environment.warnings()));
    List<Source> sources = new ArrayList<>();
    sources.add(Source.flags(flags));
    sources.add(Source.environment(environment.variables()));
    values.read(Options.CONFIG, sources);
    values.given(Options.CONFIG).ifPresent(config -> sources.add(Source.file(config)));
    for (Option<?> option : Options.ALL) {
      values.read(option, sources);
    }
    return values;
  }

  /// What the option has, by a source or a default.
  @SuppressWarnings("unchecked") // Its own kind read the value.
  <T> Optional<T> find(Option<T> option) {
    return Optional.ofNullable(read.get(option)).map(one -> (T) one.value());
  }

  /// What an option has that has a default.
  <T> T get(Option<T> option) {
    return find(option).orElseThrow(() -> new IllegalStateException(option.flag()));
  }

  /// Where the value came from, and its text; empty where there is no value.
  Optional<Given> given(Option<?> option) {
    return Optional.ofNullable(read.get(option)).map(Read::given);
  }

  /// Whether the operator gave it.
  boolean isGiven(Option<?> option) {
    return given(option).filter(given -> given.source() != Given.Source.DEFAULT).isPresent();
  }

  /// The option under the name by which it was given, else its flag.
  String nameOf(Option<?> option) {
    return isGiven(option) ? given(option).orElseThrow().name() : "--" + option.flag();
  }

  /// The text by which the value was given, never that of a secret.
  String text(Option<?> option) {
    return given(option).map(Given::text).orElse(option.unset());
  }

  /// What was left aside or should not have been done.
  List<String> warnings() {
    return List.copyOf(warnings);
  }

  private void read(Option<?> option, List<Source> sources) {
    for (Source source : sources) {
      Optional<Given> given = source.given(option);
      if (given.isPresent()) {
        read.put(option, read(option, given.get()));
        return;
      }
    }
    option
        .standard()
        .map(text -> new Given("default", text, Given.Form.VALUE, Given.Source.DEFAULT))
        .ifPresent(given -> read.put(option, read(option, given)));
  }

  private Read read(Option<?> option, Given given) {
    try {
      if (given.form() == Given.Form.FILE_NAME) {
        return new Read(given, option.kind().read(withoutNewline(ConfigFile.text(given.text()))));
      }
      if (isSecret(option, given) && given.source() == Given.Source.FLAG) {
        warnings.add(
            given.name()
                + " shows its secret to every process of this machine: use "
                + (option.kind().is(Kind.Form.SECRET)
                    ? given.name() + Option.FILE_FLAG + " or "
                    : "")
                + option.environment());
      }
      return new Read(given, option.kind().read(given.text()));
    } catch (Unfit unfit) {
      throw new Refusal(given.name() + ": " + unfit.getMessage());
    }
  }

  private static boolean isSecret(Option<?> option, Given given) {
    return option.kind().is(Kind.Form.SECRET)
        || (option.kind().is(Kind.Form.URL) && given.text().contains("@"));
  }

  /// Editors end files with a newline that belongs to no secret; one is dropped.
  private static String withoutNewline(String text) {
    if (!text.endsWith("\n")) {
      return text;
    }
    String line = text.substring(0, text.length() - 1);
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }
}
