package dev.terrace;

import dev.terrace.config.Command;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One run of the command line in this process, up to the point where it would serve.
///
/// @param code of the exit; 0 where it would serve
/// @param out what stood on standard output
/// @param err what stood on standard error
/// @param served what would have been served, if anything
public record Run(int code, String out, String err, List<Command> served) {

  public static Run of(Map<String, String> environment, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<Command> served = new ArrayList<>();
    int code =
        Main.run(
            List.of(arguments),
            environment,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            command -> {
              served.add(command);
              return 0;
            });
    return new Run(
        code,
        out.toString(StandardCharsets.UTF_8),
        err.toString(StandardCharsets.UTF_8),
        List.copyOf(served));
  }

  /// The settings that would have been served.
  public Command.Serve serve() {
    return served.stream()
        .filter(Command.Serve.class::isInstance)
        .map(Command.Serve.class::cast)
        .findFirst()
        .orElseThrow(() -> new AssertionError("refused: " + err));
  }
}
