package dev.terrace;

import dev.terrace.redis.Leftovers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/// A Terrace in a process of its own, on a free loopback port, and what it says.
public final class Child implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern LISTENING = Pattern.compile("https?://127\\.0\\.0\\.1:([0-9]+) -> ");

  /// But for where the classes are.
  static final List<String> JVM_OPTIONS =
      List.of(
          "-XX:TieredStopAtLevel=1",
          "-Xmx256m",
          // Its own log, not that of tests.
          "-Dlogback.configurationFile=logback.xml");

  private final Process process;
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final Thread reader;
  private final int port;

  private Child(Process process) {
    this.process = process;
    this.reader = Thread.ofPlatform().daemon().start(this::read);
    try {
      this.port = Integer.parseInt(await(LISTENING).group(1));
    } catch (RuntimeException | Error e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /// Waits until it listens.
  static Child start(String... arguments) throws IOException {
    return start(List.of("-cp", System.getProperty("java.class.path")), arguments);
  }

  /// The same, sooner.
  static Child start(QuickStart quickStart, String... arguments) throws IOException {
    return start(quickStart.jvmOptions(), arguments);
  }

  /// The same, with more to say to the JVM.
  public static Child start(
      QuickStart quickStart, List<String> moreJvmOptions, List<String> arguments)
      throws IOException {
    List<String> jvmOptions = new ArrayList<>(quickStart.jvmOptions());
    jvmOptions.addAll(moreJvmOptions);
    return start(jvmOptions, arguments.toArray(String[]::new));
  }

  private static Child start(List<String> jvmOptions, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(JVM_OPTIONS);
    command.addAll(jvmOptions);
    command.addAll(List.of("dev.terrace.Main", "--host=127.0.0.1", "--port=0"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    Process begun = builder.start();
    Leftovers.endWithThisJvm(begun);
    return new Child(begun);
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      lines.lines().forEach(said::add);
    } catch (IOException e) {
      said.add(e.toString());
    }
  }

  public int port() {
    return port;
  }

  /// Of the process.
  long pid() {
    return process.pid();
  }

  /// The first line that holds this, once it was said.
  Matcher await(Pattern wanted) {
    return await(wanted, 1);
  }

  /// Line number `count` of those that hold this, once it was said.
  Matcher await(Pattern wanted, int count) {
    return Awaitility.await()
        .atMost(PATIENCE)
        .conditionEvaluationListener(
            condition -> {
              if (!process.isAlive() && !reader.isAlive() && found(wanted).size() < count) {
                throw new AssertionError("ended: " + said);
              }
            })
        .until(() -> found(wanted), lines -> lines.size() >= count)
        .get(count - 1);
  }

  private List<Matcher> found(Pattern wanted) {
    return said.stream().map(wanted::matcher).filter(Matcher::find).toList();
  }

  /// @param name such as `HUP`
  public void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    if (kill.waitFor() != 0) {
      throw new AssertionError("kill -" + name);
    }
  }

  /// Waits for its end.
  public int exitCode() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("it does not end: " + said);
    }
    return process.exitValue();
  }

  public List<String> said() {
    return List.copyOf(said);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
