package dev.terrace.config;

import dev.terrace.rules.Rule;
import dev.terrace.rules.Secrets;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/// What `--print-config` shows: every option as a line of YAML, with where its value came from.
/// Where there is no secret, the text can serve as a configuration file.
final class Printout {
  private static final int COMMENT_COLUMN = 44;

  private Printout() {}

  static String of(Values values, Settings settings) {
    StringBuilder text = new StringBuilder();
    for (Section section : Section.values()) {
      text.append("# ").append(section.title()).append('\n');
      if (section == Section.REDIS) {
        text.append("redis:\n");
      }
      for (Option<?> option : Options.ALL) {
        if (option.section() == section) {
          text.append(lines(option, values, settings));
        }
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String lines(Option<?> option, Values values, Settings settings) {
    String key = option.yaml().map(Printout::indented).orElse("# " + option.flag());
    Optional<Given> given = values.given(option);
    if (option.kind().is(Kind.Form.RULES) && given.isPresent()) {
      return line(key + ":", origin(given.get())) + rules(settings);
    }
    if (given.isPresent()) {
      return line(key + ": " + scalar(option, given.get()), origin(given.get()));
    }
    if (option.equals(Options.CACHE_MAX_BYTES)) {
      return line(key + ": " + settings.memory().maxBytes(), "default: " + option.unset());
    }
    return line(unset(key), "default: " + option.unset());
  }

  private static String unset(String key) {
    return (key.startsWith("#") ? key : "# " + key) + ":";
  }

  /// A key of a block stands below the block's name.
  private static String indented(String key) {
    return key.contains(Option.BLOCK) ? "  " + key.substring(key.indexOf(Option.BLOCK) + 1) : key;
  }

  private static String rules(Settings settings) {
    Secrets secrets = settings.secrets();
    StringBuilder text = new StringBuilder();
    for (Rule rule : settings.cache().rules()) {
      text.append("  - ")
          .append(new JsonMapper().writeValueAsString(RuleJson.describe(rule, secrets)))
          .append('\n');
    }
    return text.toString();
  }

  private static String scalar(Option<?> option, Given given) {
    if (option.kind().is(Kind.Form.SECRET)) {
      return "\"***\"";
    }
    String text = option.kind().is(Kind.Form.URL) ? RedisUrl.masked(given.text()) : given.text();
    // Anything else could be read as something else by YAML; its double-quoted form is JSON's.
    return text.matches("[A-Za-z0-9/][A-Za-z0-9/._,:+-]*") && !text.endsWith(":")
        ? text
        : new JsonMapper().writeValueAsString(text);
  }

  private static String origin(Given given) {
    return switch (given.source()) {
      case DEFAULT -> "default";
      case FLAG, ENVIRONMENT, FILE ->
          given.source().word()
              + " "
              + Unfit.bare(given.name())
              + (given.form() == Given.Form.FILE_NAME ? " (" + Unfit.bare(given.text()) + ")" : "");
    };
  }

  private static String line(String setting, String origin) {
    return setting
        + " ".repeat(Math.max(1, COMMENT_COLUMN - setting.length()))
        + "# "
        + origin
        + "\n";
  }
}
