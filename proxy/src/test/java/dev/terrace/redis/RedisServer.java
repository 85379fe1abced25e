package dev.terrace.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// A real redis-server on a free port of 127.0.0.1, with a directory of its own, until it is
/// closed. Not for use by several threads.
public final class RedisServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// How it runs.
  ///
  /// @param password empty: none
  /// @param tls empty: cleartext
  /// @param lines of its configuration, beside what is needed anyway
  /// @param arguments after the configuration file, such as `--sentinel`
  public record Options(
      Optional<String> password,
      Optional<RedisCertificates> tls,
      boolean clientCertificates,
      List<String> lines,
      List<String> arguments) {

    public static final Options PLAIN =
        new Options(Optional.empty(), Optional.empty(), false, List.of(), List.of());

    public Options password(String text) {
      return new Options(Optional.of(text), tls, clientCertificates, lines, arguments);
    }

    /// TLS alone; the port speaks nothing else.
    public Options tls(RedisCertificates certificates) {
      return new Options(password, Optional.of(certificates), false, lines, arguments);
    }

    /// TLS that wants a certificate of the client, too.
    public Options mutualTls(RedisCertificates certificates) {
      return new Options(password, Optional.of(certificates), true, lines, arguments);
    }

    /// As in a line `user` of redis.conf: `terrace on >secret ~proxy:cache:* +@all`.
    public Options user(String rules) {
      return line("user " + rules);
    }

    public Options line(String line) {
      List<String> all = new ArrayList<>(lines);
      all.add(line);
      return new Options(password, tls, clientCertificates, List.copyOf(all), arguments);
    }

    Options argument(String argument) {
      return new Options(password, tls, clientCertificates, lines, List.of(argument));
    }
  }

  private final Options options;
  private final ReservedPort port;
  private final Path directory;
  private final Path configuration;
  private Process process;

  private RedisServer(Options options, ReservedPort port, Path directory) throws IOException {
    this.options = options;
    this.port = port;
    this.directory = directory;
    this.configuration = directory.resolve("redis.conf");
    this.process = begin();
  }

  /// Started, and answering.
  public static RedisServer start() {
    return start(Options.PLAIN);
  }

  /// Started, and answering.
  public static RedisServer start(Options options) {
    try {
      RedisServer server = launch(options, ReservedPort.take());
      server.awaitAnswer();
      return server;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Started; it may not answer yet.
  static RedisServer launch(Options options, ReservedPort port) throws IOException {
    Path directory = Files.createTempDirectory("terrace-redis");
    Files.write(directory.resolve("redis.conf"), lines(options, port.number(), directory));
    return new RedisServer(options, port, directory);
  }

  public String host() {
    return "127.0.0.1";
  }

  public int port() {
    return port.number();
  }

  /// `127.0.0.1:port`.
  public String address() {
    return host() + ":" + port();
  }

  /// Where its files are.
  public Path directory() {
    return directory;
  }

  /// One command, and its answer in plain text; error replies are thrown.
  public String ask(String... words) {
    try (RedisTalk talk = talk()) {
      return talk.ask(words);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// A connection of the operator's.
  public RedisTalk talk() throws IOException {
    RedisTalk talk = RedisTalk.to(port(), options.tls());
    if (options.password().isPresent()) {
      talk.ask("AUTH", options.password().get());
    }
    return talk;
  }

  /// Ends it in order: what is configured to be saved is saved.
  public void stop() {
    resume();
    process.destroy();
    awaitEnd();
  }

  /// Ends it at once.
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /// Stops it in mid-motion: connections stay, nothing is answered (SIGSTOP).
  public void suspend() {
    signal("STOP");
  }

  /// Lets it go on (SIGCONT).
  public void resume() {
    signal("CONT");
  }

  /// Leaves only these lines in its configuration, for its next start.
  void edit(Predicate<String> kept) {
    try {
      Files.write(configuration, Files.readAllLines(configuration).stream().filter(kept).toList());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Starts it again where it was, with the files that it left.
  public void restart() {
    restartUnready();
    awaitAnswer();
  }

  /// The same, without waiting until it answers.
  public void restartUnready() {
    if (process.isAlive()) {
      stop();
    }
    try {
      process = begin();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /// Waits until it answers PING.
  public void awaitAnswer() {
    Instant end = Instant.now().plus(PATIENCE);
    while (true) {
      try (RedisTalk talk = talk()) {
        talk.ask("PING");
        return;
      } catch (IOException notYet) {
        if (!process.isAlive() || Instant.now().isAfter(end)) {
          throw new UncheckedIOException("redis-server does not answer: " + log(), notYet);
        }
        Thread.onSpinWait();
      }
    }
  }

  @Override
  public void close() {
    kill();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
      port.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private Process begin() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(RedisBinary.path().toString());
    command.add(configuration.toString());
    command.addAll(options.arguments());
    Process begun =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve("output.log").toFile()))
            .start();
    Leftovers.endWithThisJvm(begun);
    return begun;
  }

  private static List<String> lines(Options options, int port, Path directory) {
    List<String> lines = new ArrayList<>();
    lines.add("bind 127.0.0.1");
    lines.add("dir " + directory);
    if (options.tls().isPresent()) {
      RedisCertificates tls = options.tls().get();
      lines.add("port 0");
      lines.add("tls-port " + port);
      lines.add("tls-cert-file " + tls.server().certificate());
      lines.add("tls-key-file " + tls.server().key());
      lines.add("tls-ca-cert-file " + tls.authority());
      lines.add("tls-auth-clients " + (options.clientCertificates() ? "yes" : "optional"));
    } else {
      lines.add("port " + port);
    }
    options.password().ifPresent(text -> lines.add("requirepass " + text));
    if (!options.arguments().contains("--sentinel")) {
      lines.add("save \"\"");
    }
    lines.addAll(options.lines());
    return lines;
  }

  private void signal(String name) {
    if (!process.isAlive()) {
      return;
    }
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("redis-server does not end");
      }
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  /// What it wrote.
  public String log() {
    try {
      return Files.readString(directory.resolve("output.log"));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
