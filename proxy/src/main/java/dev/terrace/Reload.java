package dev.terrace;

import dev.terrace.config.Command;
import dev.terrace.config.Settings;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the configuration again, on SIGHUP and when one of its files has changed, and gives a
/// running Terrace its rules and its certificate. What cannot be used changes nothing and is said
/// in the words of a start. Who opened it closes it; one thread of its own does everything.
final class Reload implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reload.class);
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

  private final Terrace terrace;
  private final Settings started;
  private final Supplier<Command> again;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("terrace-reload").factory());
  private List<Path> files;
  private String seen;

  private Reload(Terrace terrace, Settings started, Supplier<Command> again) {
    this.terrace = terrace;
    this.started = started;
    this.again = again;
    this.files = files(started);
    this.seen = fingerprint();
  }

  /// Begins to watch.
  ///
  /// @param started what the Terrace was started with
  /// @param again reads what the process was given
  static Reload watching(Terrace terrace, Settings started, Supplier<Command> again) {
    Reload reload = new Reload(terrace, started, again);
    long interval = CHECK_INTERVAL.toMillis();
    var _ =
        reload.thread.scheduleWithFixedDelay(
            reload::check, interval, interval, TimeUnit.MILLISECONDS);
    onHangup(() -> reload.thread.execute(reload::now));
    return reload;
  }

  private static List<Path> files(Settings settings) {
    List<Path> files = new ArrayList<>(settings.cache().ruleFiles());
    settings.listen().tls().ifPresent(tls -> files.addAll(List.of(tls.certificate(), tls.key())));
    return files;
  }

  private void check() {
    if (!fingerprint().equals(seen)) {
      now();
    }
  }

  private void now() {
    // Taken before the files are read, so that a change meanwhile is seen the next time.
    seen = fingerprint();
    try {
      Settings fresh = terrace.reload(this::read);
      LOG.info("Reloaded: {} rules", fresh.cache().rules().size());
      if (!takesNoRestart(fresh)) {
        LOG.warn(
            "The configuration has changed beyond rules and certificate; that takes a restart");
      }
      files = files(fresh);
    } catch (IOException e) {
      LOG.error("Not reloaded, the old rules and certificate stay: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("A reload failed by a fault of Terrace's own", e);
    }
  }

  private Settings read() throws IOException {
    return switch (again.get()) {
      case Command.Serve(Settings settings, List<String> warnings) -> warned(settings, warnings);
      case Command.Demo demo ->
          warned(demo.settings().apply(started.target().url()), demo.warnings());
      case Command.Refuse(List<String> lines) -> throw new IOException(String.join("; ", lines));
      case Command.Show _, Command.Health _ -> throw new IllegalStateException("it serves already");
    };
  }

  private static Settings warned(Settings settings, List<String> warnings) {
    warnings.forEach(LOG::warn);
    return settings;
  }

  private boolean takesNoRestart(Settings fresh) {
    return fresh.withRulesOf(started).equals(started);
  }

  private String fingerprint() {
    StringBuilder all = new StringBuilder();
    files.forEach(file -> all.append(fingerprint(file)).append('\n'));
    return all.toString();
  }

  private static String fingerprint(Path file) {
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return found.lastModifiedTime() + " " + found.size() + " " + found.fileKey();
    } catch (IOException unreadable) {
      return "unreadable";
    }
  }

  /// By reflection: the JDK has no other way to hear of a signal, and warns of this one.
  private static void onHangup(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object ours =
          Proxy.newProxyInstance(
              Reload.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), ours);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      LOG.warn("SIGHUP cannot be heard here; files are looked at all the same: {}", e.toString());
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
