package dev.terrace.config;

import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The command line, taken apart but not yet read: what is to be done, and the text of every flag.
///
/// @param verb the subcommand
/// @param acts the flags that are no options
/// @param flags by the flag's name, dashes included
record Arguments(Verb verb, Set<Act> acts, Map<String, String> flags) {
  /// Width that help fits into.
  private static final int COLUMNS = 100;

  /// Column at which the meanings stand in help.
  private static final int MEANING_COLUMN = 38;

  private static final String DEMO = "demo";
  private static final String HEALTH = "health";

  /// Where to ask for the health, instead of the port that the options name.
  static final String URL = "--url";

  enum Verb {
    SERVE,
    DEMO,
    HEALTH
  }

  /// What is asked for beside serving.
  enum Act {
    HELP("-h", "--help", "Show this help."),
    VERSION("-V", "--version", "Show the version."),
    PRINT_CONFIG("", "--print-config", "Show every option, its value and where that came from."),
    CHECK_CONFIG(
        "", "--check-config", "Check the configuration, warn of what is doubtful, and leave."),
    STRICT("", "--strict", "Take warnings for errors.");

    private final String letter;
    private final String flag;
    private final String meaning;

    Act(String letter, String flag, String meaning) {
      this.letter = letter;
      this.flag = flag;
      this.meaning = meaning;
    }

    String flag() {
      return flag;
    }

    String[] names() {
      return letter.isEmpty() ? new String[] {flag} : new String[] {letter, flag};
    }

    String meaning() {
      return meaning;
    }
  }

  /// @throws Refusal for what is no flag of ours, or a flag that lacks its value or has two
  static Arguments parse(List<String> arguments) {
    CommandLine line = commandLine();
    Map<String, Option<?>> options = optionsByFlag();
    try {
      return of(line.parseArgs(spelledOut(arguments, options)));
    } catch (CommandLine.OverwrittenOptionException repeated) {
      throw givenTwice(name(repeated.getOverwritten()));
    } catch (CommandLine.MissingParameterException missing) {
      String name = name(missing.getMissing().getFirst());
      Option<?> option = options.get(name);
      throw new Refusal(
          name + ": no value, expected " + (option == null ? "one" : option.kind().expected()));
    } catch (CommandLine.UnmatchedArgumentException unknown) {
      throw unknown(unknown.getUnmatched().getFirst(), options.keySet());
    } catch (CommandLine.ParameterException other) {
      throw new Refusal("the command line cannot be read; see --help");
    }
  }

  /// What `--help` shows.
  static String help() {
    return commandLine().getUsageMessage(CommandLine.Help.Ansi.OFF);
  }

  boolean asksFor(Act act) {
    return acts.contains(act);
  }

  private static Arguments of(CommandLine.ParseResult result) {
    Map<String, Act> actsByFlag = new HashMap<>();
    for (Act act : Act.values()) {
      actsByFlag.put(act.flag(), act);
    }
    Set<Act> acts = EnumSet.noneOf(Act.class);
    Map<String, String> flags = new LinkedHashMap<>();
    Verb verb = Verb.SERVE;
    for (CommandLine command : result.asCommandLineList()) {
      verb =
          switch (command.getCommandName()) {
            case DEMO -> Verb.DEMO;
            case HEALTH -> Verb.HEALTH;
            default -> verb;
          };
      for (OptionSpec option : command.getParseResult().matchedOptions()) {
        String name = option.longestName();
        Act act = actsByFlag.get(name);
        if (act != null) {
          acts.add(act);
        } else if (flags.put(name, String.valueOf(option.<Object>getValue())) != null) {
          throw givenTwice(name);
        }
      }
    }
    return new Arguments(verb, Set.copyOf(acts), Map.copyOf(flags));
  }

  /// Gives a switch that stands alone its value, so that it never takes the next argument for it.
  private static String[] spelledOut(List<String> arguments, Map<String, Option<?>> options) {
    return arguments.stream()
        .map(
            argument -> {
              Option<?> option = options.get(argument);
              return option != null && option.kind().is(Kind.Form.SWITCH)
                  ? argument + "=true"
                  : argument;
            })
        .toArray(String[]::new);
  }

  private static Refusal unknown(String argument, Collection<String> known) {
    if (!argument.startsWith("-")) {
      return new Refusal(
          Unfit.quoted(argument)
              + ": unexpected argument, expected flags (a boolean one takes its value after =)");
    }
    // What stands after = may be a secret that was meant for a flag spelt right.
    String flag = argument.split("=", 2)[0];
    return new Refusal(Unfit.bare(flag) + ": unknown option" + Nearest.hint(flag, known));
  }

  private static Refusal givenTwice(String name) {
    return new Refusal(name + ": given twice, expected one value");
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : "";
  }

  /// Every flag that has a value, those that name the file of a secret too.
  private static Map<String, Option<?>> optionsByFlag() {
    Map<String, Option<?>> options = new LinkedHashMap<>();
    for (Option<?> option : Options.ALL) {
      options.put("--" + option.flag(), option);
      if (option.kind().is(Kind.Form.SECRET)) {
        options.put("--" + option.flag() + Option.FILE_FLAG, option);
      }
    }
    return options;
  }

  private static CommandLine commandLine() {
    CommandSpec terrace =
        command("terrace", "An HTTP caching reverse proxy: memory, Redis, files, then the target.");
    CommandSpec demo =
        command(DEMO, "Serve before a sample target of its own, and say what to try next.");
    CommandSpec health =
        command(
                HEALTH,
                "Ask the Terrace that listens by these options whether it is up: 0, else 1.")
            .addOption(
                OptionSpec.builder(URL)
                    .arity("1")
                    .type(String.class)
                    .paramLabel("<url>")
                    .description("Ask there instead; without a path for /health.")
                    .build());
    terrace.addSubcommand(DEMO, demo);
    terrace.addSubcommand(HEALTH, health);
    CommandLine line = new CommandLine(terrace);
    line.setExpandAtFiles(false);
    line.setPosixClusteredShortOptionsAllowed(false);
    line.setInterpolateVariables(false);
    line.setUsageHelpWidth(COLUMNS);
    line.setUsageHelpLongOptionsMaxWidth(MEANING_COLUMN);
    return line;
  }

  private static CommandSpec command(String name, String meaning) {
    CommandSpec command = CommandSpec.create().name(name);
    command
        .usageMessage()
        .description(meaning, "In brackets: the environment variable, and the default.")
        .abbreviateSynopsis(true)
        .sortOptions(false);
    int order = 0;
    for (Section section : Section.values()) {
      ArgGroupSpec.Builder group = group(section.title(), order++);
      for (Option<?> option : Options.ALL) {
        if (option.section() == section) {
          addTo(group, option);
        }
      }
      command.addArgGroup(group.build());
    }
    ArgGroupSpec.Builder acts = group("Looking, without starting", order);
    for (Act act : Act.values()) {
      acts.addArg(
          OptionSpec.builder(act.names())
              .arity("0")
              .type(boolean.class)
              .description(act.meaning())
              .build());
    }
    return command.addArgGroup(acts.build());
  }

  private static ArgGroupSpec.Builder group(String title, int order) {
    return ArgGroupSpec.builder().heading("%n" + title + "%n").validate(false).order(order);
  }

  private static void addTo(ArgGroupSpec.Builder group, Option<?> option) {
    boolean secret = option.kind().is(Kind.Form.SECRET);
    group.addArg(
        OptionSpec.builder("--" + option.flag())
            .arity("1")
            .type(String.class)
            .paramLabel("<" + option.kind().placeholder() + ">")
            .description(option.meaning().replace("%", "%%"), bracket(option))
            .build());
    if (secret) {
      group.addArg(
          OptionSpec.builder("--" + option.flag() + Option.FILE_FLAG)
              .arity("1")
              .type(String.class)
              .paramLabel("<file>")
              .hidden(true)
              .build());
    }
  }

  private static String bracket(Option<?> option) {
    String file =
        option.kind().is(Kind.Form.SECRET) ? "; or --" + option.flag() + Option.FILE_FLAG : "";
    return "[" + option.environment() + "; " + option.shownDefault() + file + "]";
  }
}
