package dev.terrace.config;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// What the command line, the environment and the configuration file ask for, all checked.
///
/// The lists of warnings are lines for the operator, without secrets.
public sealed interface Command {
  /// Serve before the target.
  record Serve(Settings settings, List<String> warnings) implements Command {}

  /// Serve before a sample target.
  ///
  /// @param settings the settings for a target at that URL
  record Demo(Function<URI, Settings> settings, List<String> warnings) implements Command {}

  /// Ask a Terrace that runs already whether it is up.
  ///
  /// @param url whose answer of 200 says so
  record Health(URI url) implements Command {}

  /// Show the text on standard output, and leave with 0.
  record Show(String text) implements Command {}

  /// Show the lines on standard error, and leave with 2.
  record Refuse(List<String> lines) implements Command {}

  /// Reads all sources. Reads files that options name; starts nothing.
  ///
  /// @param arguments of the process
  /// @param environment its variables
  /// @param heapBytes that the JVM may take, of which memory gets its share
  /// @param version for `--version`
  static Command parse(
      List<String> arguments, Map<String, String> environment, long heapBytes, String version) {
    try {
      return CommandReader.read(arguments, environment, heapBytes, version);
    } catch (Refusal refusal) {
      return new Refuse(List.of(refusal.line()));
    }
  }
}
