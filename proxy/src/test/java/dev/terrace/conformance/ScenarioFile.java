package dev.terrace.conformance;

import dev.terrace.conformance.Scenario.Protocol;
import dev.terrace.conformance.Scenario.Start;
import dev.terrace.conformance.Scenario.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the scenarios of one file. `src/test/resources/conformance/README.md` describes the
/// format.
final class ScenarioFile {
  private static final Pattern SOURCE =
      Pattern.compile("(RFC|http\\.md|product\\.md|purges\\.md) .*");
  private static final Pattern FLAG = Pattern.compile("with (--[a-z0-9-]+)[ =](.*)");
  private static final String NOT_YET = "not yet: ";
  private static final String EXPORTS = "started with";
  private static final Pattern EXPORT = Pattern.compile("export (\\w+)=(?:'([^']*)'|(\\S*))");
  private static final Pattern ONLY = Pattern.compile("over (HTTP/\\S+) only: .+");

  private final String name;
  private final List<Scenario> scenarios = new ArrayList<>();
  private String title = "";
  private String source = "";
  private int titleLine;
  private List<String> flags = new ArrayList<>();
  private StringBuilder exports = new StringBuilder();
  private Set<Protocol> only = EnumSet.noneOf(Protocol.class);
  private Optional<String> missing = Optional.empty();
  private List<Step> steps = new ArrayList<>();

  private ScenarioFile(String name) {
    this.name = name;
  }

  static List<Scenario> read(Path file) throws IOException {
    ScenarioFile reader = new ScenarioFile(String.valueOf(file.getFileName()));
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      reader.take(++number, line);
    }
    reader.finish();
    return List.copyOf(reader.scenarios);
  }

  private void take(int number, String line) {
    if (line.isBlank() || line.startsWith(">")) {
      return;
    }
    if (line.startsWith("# ")) {
      finish();
      title = line.substring(2).trim();
      titleLine = number;
    } else if (line.startsWith("  ")) {
      detail(number, line.substring(2));
    } else if (steps.isEmpty() && isPreamble(line)) {
      return;
    } else {
      steps.add(new Step(number, line.trim(), new ArrayList<>()));
    }
  }

  private boolean isPreamble(String line) {
    Matcher flag = FLAG.matcher(line);
    Matcher protocol = ONLY.matcher(line);
    if (SOURCE.matcher(line).matches()) {
      source = line;
    } else if (flag.matches()) {
      flags.add(flag.group(1) + "=" + flag.group(2).trim());
    } else if (line.startsWith(NOT_YET)) {
      missing = Optional.of(line.substring(NOT_YET.length()));
    } else if (line.equals(EXPORTS)) {
      exports.append('\n');
    } else if (protocol.matches()) {
      only.add(Protocol.of(protocol.group(1)).orElseThrow());
    } else {
      return false;
    }
    return true;
  }

  private void detail(int number, String line) {
    if (steps.isEmpty() && !exports.isEmpty()) {
      exports.append(line).append('\n');
      return;
    }
    if (steps.isEmpty()) {
      throw new IllegalArgumentException(name + ":" + number + ": a detail before the first step");
    }
    steps.getLast().details().add(line);
  }

  private void finish() {
    if (!title.isEmpty()) {
      String place = name + ":" + titleLine;
      if (source.isEmpty() || steps.isEmpty()) {
        throw new IllegalArgumentException(place + ": a scenario names its source and has steps");
      }
      Start start = new Start(flags, environment());
      scenarios.add(new Scenario(title, source, start, only, missing, steps, place));
    }
    title = "";
    source = "";
    flags = new ArrayList<>();
    exports = new StringBuilder();
    only = EnumSet.noneOf(Protocol.class);
    missing = Optional.empty();
    steps = new ArrayList<>();
  }

  /// The variables as a shell would have them.
  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    Matcher export = EXPORT.matcher(exports);
    while (export.find()) {
      String quoted = export.group(2);
      environment.put(export.group(1), quoted == null ? export.group(3) : quoted);
    }
    return environment;
  }
}
