package dev.terrace;

import dev.terrace.config.Command;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The process: reads what is asked for, starts it, and leaves with 0 for done, 1 for failed, 2 for
/// bad input.
public final class Main {
  private static final int DONE = 0;
  private static final int BAD_INPUT = 2;

  private Main() {}

  /// Whoever serves: returns the exit code when serving has ended.
  @FunctionalInterface
  interface Server {
    int serve(Command command);
  }

  /// Runs the process and ends it.
  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    List<String> given = List.of(arguments);
    Map<String, String> environment = System.getenv();
    Server server = command -> serve(command, () -> parse(given, environment));
    System.exit(run(given, environment, out, err, server));
  }

  /// Everything but the exit.
  ///
  /// @param server is handed only [Command.Serve] and [Command.Demo]
  static int run(
      List<String> arguments,
      Map<String, String> environment,
      PrintStream out,
      PrintStream err,
      Server server) {
    return switch (parse(arguments, environment)) {
      case Command.Show(String text) -> {
        out.print(text);
        yield DONE;
      }
      case Command.Refuse(List<String> lines) -> {
        lines.forEach(line -> err.println("terrace: " + line));
        yield BAD_INPUT;
      }
      case Command.Serve serve -> server.serve(serve);
      case Command.Demo demo -> server.serve(demo);
      case Command.Health(URI url) -> HealthCheck.of(url, err);
    };
  }

  private static Command parse(List<String> arguments, Map<String, String> environment) {
    return Command.parse(arguments, environment, Runtime.getRuntime().maxMemory(), version());
  }

  private static int serve(Command command, Supplier<Command> again) {
    return switch (command) {
      case Command.Serve serve -> Serving.before(serve, again, version());
      case Command.Demo demo -> Serving.demo(demo, again, version());
      case Command.Health _, Command.Show _, Command.Refuse _ ->
          throw new IllegalStateException("answered already: " + command);
    };
  }

  private static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "in development" : version;
  }
}
