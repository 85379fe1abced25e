package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a process of its own does when it is sent signals, and when its files change.
final class SignalTest {
  private static final int CLIENTS = 8;

  @TempDir private Path directory;

  private final HttpClient client = HttpClient.newHttpClient();
  private DemoTarget target;

  @BeforeEach
  void start() throws IOException {
    target =
        DemoTarget.start(0, Duration.ofMillis(50), Duration.ofMillis(400), InstantSource.system());
  }

  @AfterEach
  void stop() {
    target.close();
    client.close();
  }

  @Test
  void sighupAndChangedFilesReloadTheRulesAndKeepTheCache() throws Exception {
    Path rules = Files.writeString(directory.resolve("rules.json"), named("first"));
    try (Child child = Child.start(target(), files(), "--cache-rules=@" + rules)) {
      get(child, "/products/1");
      child.signal("HUP");
      child.await(Pattern.compile("INFO +Reloaded: 1 rules"));
      assertThat(get(child, "/cache/rules").body()).contains("\"first\"");

      Files.writeString(rules, named("second"));
      child.await(Pattern.compile("INFO +Reloaded: 1 rules"), 2);
      assertThat(get(child, "/cache/rules").body()).contains("\"second\"");

      Files.writeString(rules, "[{\"pattern\":5}]");
      child.await(
          Pattern.compile(
              "ERROR Not reloaded, the old rules and certificate stay: --cache-rules: @"
                  + Pattern.quote(rules.toString())
                  + ": rule 0, pattern: got 5, expected "));
      assertThat(get(child, "/cache/rules").body()).contains("\"second\"");
      assertThat(get(child, "/metrics").body())
          .contains("terrace_config_last_reload_successful 0.0");
      assertThat(get(child, "/products/1").headers().firstValue("X-Cache")).contains("HIT");
      assertThat(child.said().stream().filter(line -> line.contains("Not reloaded"))).hasSize(1);
    }
  }

  @Test
  void whatTakesARestartIsSaidAtAReload() throws Exception {
    Path config = Files.writeString(directory.resolve("terrace.yaml"), "cacheTtl: 5\n");
    try (Child child = Child.start(target(), files(), "--config=" + config)) {
      Files.writeString(config, "cacheTtl: 6\nrules:\n  - {name: one, pattern: /a}\n");
      child.await(Pattern.compile("WARN +The configuration has changed beyond rules"));
      assertThat(get(child, "/cache/rules").body()).contains("\"one\"");
    }
  }

  /// The load stops where a load balancer would stop it: as soon as /ready says so. What was sent
  /// before then is answered whole.
  @Test
  void sigtermUnderLoadSaysNotReadyFinishesWhatItHasAndFailsNoRequest() throws Exception {
    try (Child child =
        Child.start(target(), files(), "--shutdown-delay=10s", "--shutdown-grace=20s")) {
      AtomicBoolean over = new AtomicBoolean();
      LongAdder answered = new LongAdder();
      Set<String> failures = ConcurrentHashMap.newKeySet();
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int first = 10 * i;
        clients.add(Thread.ofPlatform().start(() -> load(child, first, over, answered, failures)));
      }
      Awaitility.await().until(() -> answered.sum() > 100);
      // 30 events, 400 ms apart: it goes on through the delay and into the grace.
      CompletableFuture<HttpResponse<String>> stream =
          client.sendAsync(request(child, "/events"), BodyHandlers.ofString());
      child.signal("TERM");
      Awaitility.await()
          .pollInterval(Duration.ofMillis(20))
          .until(() -> get(child, "/ready").statusCode() == 503);
      long before = answered.sum();
      Awaitility.await().until(() -> answered.sum() > before + 20);
      assertThat(get(child, "/health").statusCode()).isEqualTo(200);
      over.set(true);
      for (Thread one : clients) {
        one.join();
      }
      assertThat(stream.get(60, TimeUnit.SECONDS).body().lines())
          .filteredOn(line -> line.startsWith("data: "))
          .hasSize(30);
      assertThat(child.exitCode()).isEqualTo(143);
      assertThat(failures).isEmpty();
      assertThat(child.said()).noneMatch(line -> line.contains("Not every request ended"));
      assertThat(isRefused(child)).isTrue();
    }
  }

  private void load(
      Child child, int first, AtomicBoolean over, LongAdder answered, Set<String> failures) {
    for (int i = 0; !over.get(); i++) {
      try {
        // Hits of the fast lane, misses that are stored, and answers that never are.
        String path =
            switch (i % 3) {
              case 0 -> "/products/1";
              case 1 -> "/products/" + (first + i % 10 + 1);
              default -> "/time";
            };
        HttpResponse<String> answer = get(child, path);
        if (answer.statusCode() == 200 && answer.body().endsWith("}\n")) {
          answered.increment();
        } else {
          failures.add(answer + " " + answer.body());
        }
      } catch (Exception e) {
        failures.add(e.toString());
      }
    }
  }

  private boolean isRefused(Child child) throws Exception {
    try {
      get(child, "/health");
      return false;
    } catch (ConnectException refused) {
      return true;
    }
  }

  private String target() {
    return "--target-url=" + target.url();
  }

  private String files() {
    return "--file-cache-dir=" + directory.resolve("cache");
  }

  private static String named(String name) {
    return "[{\"name\":\"%s\",\"pattern\":\"/a\"}]".formatted(name);
  }

  private HttpResponse<String> get(Child child, String path)
      throws IOException, InterruptedException {
    return client.send(request(child, path), BodyHandlers.ofString());
  }

  private static HttpRequest request(Child child, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + child.port() + path))
        .version(HttpClient.Version.HTTP_1_1)
        .timeout(Duration.ofSeconds(30))
        .build();
  }
}
