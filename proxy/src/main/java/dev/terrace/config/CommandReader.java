package dev.terrace.config;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// From the sources to a [Command].
final class CommandReader {
  /// Stands for the target where only the other values are of interest.
  private static final URI SOME_TARGET = URI.create("http://target.invalid");

  private static final String NO_TARGET =
      "--target-url: not given, expected the URL of the target; to see Terrace work without one:"
          + " terrace demo";

  private static final String DEMO_TARGET =
      ": given, expected none beside demo, which serves before a sample target of its own";

  private CommandReader() {}

  /// @throws Refusal with what is wrong first
  static Command read(
      List<String> arguments, Map<String, String> environment, long heapBytes, String version) {
    Arguments asked = Arguments.parse(arguments);
    if (asked.asksFor(Arguments.Act.HELP)) {
      return new Command.Show(Arguments.help());
    }
    if (asked.asksFor(Arguments.Act.VERSION)) {
      return new Command.Show("terrace " + version + "\n");
    }
    Values values = Values.read(asked.flags(), environment);
    SettingsReader reader = new SettingsReader(values, heapBytes);
    Settings settings = reader.settings(values.find(Options.TARGET_URL).orElse(SOME_TARGET));
    if (asked.asksFor(Arguments.Act.PRINT_CONFIG)) {
      return new Command.Show(Printout.of(values, settings));
    }
    if (asked.verb() == Arguments.Verb.HEALTH) {
      return new Command.Health(HealthUrl.of(asked, settings));
    }
    if (asked.verb() == Arguments.Verb.SERVE && values.find(Options.TARGET_URL).isEmpty()) {
      throw new Refusal(NO_TARGET);
    }
    if (asked.verb() == Arguments.Verb.DEMO && values.find(Options.TARGET_URL).isPresent()) {
      throw new Refusal(values.nameOf(Options.TARGET_URL) + DEMO_TARGET);
    }
    List<String> warnings = new ArrayList<>(values.warnings());
    warnings.addAll(RedisReader.warnings(values));
    warnings.addAll(Advice.on(settings, values, heapBytes));
    if (asked.asksFor(Arguments.Act.STRICT) && !warnings.isEmpty()) {
      return new Command.Refuse(warnings);
    }
    if (asked.asksFor(Arguments.Act.CHECK_CONFIG)) {
      return new Command.Show(checked(warnings));
    }
    return switch (asked.verb()) {
      case SERVE -> new Command.Serve(settings, List.copyOf(warnings));
      case DEMO -> new Command.Demo(reader::settings, List.copyOf(warnings));
      case HEALTH -> throw new IllegalStateException("answered already");
    };
  }

  private static String checked(List<String> warnings) {
    StringBuilder text = new StringBuilder();
    for (String warning : warnings) {
      text.append("warning: ").append(warning).append('\n');
    }
    return text.append("The configuration is sound.\n").toString();
  }
}
