package dev.terrace;

import dev.terrace.config.Command;
import dev.terrace.config.Settings;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves until the process is asked to end: SIGTERM and SIGINT let requests in work end first.
final class Serving {
  private static final Logger LOG = LoggerFactory.getLogger(Serving.class);
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final Duration DEMO_EVENT_INTERVAL = Duration.ofSeconds(1);

  private Serving() {}

  /// @param again reads what the process was given
  /// @return the exit code
  static int before(Command.Serve serve, Supplier<Command> again, String version) {
    Settings settings = serve.settings();
    serve.warnings().forEach(LOG::warn);
    try {
      Terrace terrace = Terrace.start(settings, version);
      return untilAsked(
          terrace,
          settings,
          again,
          () -> {
            LOG.info("{} -> {}", address(settings, terrace.port()), settings.target().url());
            LOG.info("{}", reserved(settings, terrace));
          });
    } catch (IOException e) {
      return failed(e);
    }
  }

  /// @param again reads what the process was given
  /// @return the exit code
  static int demo(Command.Demo demo, Supplier<Command> again, String version) {
    demo.warnings().forEach(LOG::warn);
    try (DemoTarget target =
        DemoTarget.start(
            DemoTarget.PORT, DemoTarget.SLOW, DEMO_EVENT_INTERVAL, InstantSource.system())) {
      Settings settings = demo.settings().apply(target.url());
      Terrace terrace = Terrace.start(settings, version);
      if (Training.isAsked()) {
        return trained(terrace);
      }
      String proxy = "localhost:" + terrace.port() + settings.listen().apiPrefix();
      String admin = "localhost:" + terrace.adminPort() + settings.admin().path();
      return untilAsked(
          terrace,
          settings,
          again,
          () -> System.out.println(target.hints(scheme(settings), proxy, admin)));
    } catch (IOException e) {
      return failed(e);
    }
  }

  private static int trained(Terrace terrace) throws IOException {
    try (terrace) {
      Training.on(terrace.port());
    }
    return DONE;
  }

  /// @param welcome says that it serves: once signals do what they are to do
  private static int untilAsked(
      Terrace terrace, Settings settings, Supplier<Command> again, Runnable welcome) {
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("terrace-stop")
                .unstarted(
                    () -> {
                      stop(terrace);
                      stopped.countDown();
                    }));
    try (Reload _ = Reload.watching(terrace, settings, again)) {
      welcome.run();
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return DONE;
  }

  private static void stop(Terrace terrace) {
    LOG.info("Stopping");
    try {
      terrace.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int failed(IOException failure) {
    System.err.println("terrace: cannot start: " + failure.getMessage());
    return FAILED;
  }

  private static String address(Settings settings, int port) {
    return scheme(settings) + "://" + settings.listen().host() + ":" + port;
  }

  private static String scheme(Settings settings) {
    return settings.listen().tls().isPresent() ? "https" : "http";
  }

  /// What on the main port is not the target's (`product.md` 1).
  private static String reserved(Settings settings, Terrace terrace) {
    String path = settings.admin().path();
    return settings.admin().port().isPresent()
        ? "The admin API is on port " + terrace.adminPort() + " under " + path
        : "Not the target's on this port: "
            + path
            + ", "
            + path
            + "/..., /health, /ready, /metrics and the method PURGE";
  }
}
