package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.terrace.config.Command;
import dev.terrace.config.Settings;
import dev.terrace.conformance.Certificate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rules and certificate are taken over by a running Terrace together, or not at all.
final class ReloadTest {
  private static final int PRODUCTS = 20;
  private static final int CLIENTS = 4;
  private static final int RELOADS = 50;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path directory;

  private final HttpClient client = HttpClient.newHttpClient();
  private DemoTarget target;
  private Path rules;

  @BeforeEach
  void start() throws IOException {
    target = DemoTarget.start(0, Duration.ZERO, Duration.ZERO, InstantSource.system());
    rules = directory.resolve("rules.json");
  }

  @AfterEach
  void stop() {
    target.close();
    client.close();
  }

  @Test
  void aReloadUnderLoadLosesNoEntryAndTheNewRulesGovernAtOnce() throws Exception {
    write(ruled("rule-0", 100));
    try (Terrace terrace = Terrace.start(settings(), "test")) {
      for (int i = 1; i <= PRODUCTS; i++) {
        assertThat(get(terrace, "/products/" + i).headers().firstValue("X-Cache")).contains("MISS");
      }
      AtomicBoolean over = new AtomicBoolean();
      LongAdder hits = new LongAdder();
      Set<String> others = ConcurrentHashMap.newKeySet();
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(Thread.ofPlatform().start(() -> load(terrace, over, hits, others)));
      }
      try {
        for (int i = 1; i <= RELOADS; i++) {
          long before = hits.sum();
          write(ruled("rule-" + i, 1_000 * i));
          terrace.reload(this::read);
          assertThat(get(terrace, "/cache/rules").body()).contains("\"rule-" + i + "\"");
          assertThat(explained(terrace, "/products/1")).contains("\"rule\" : \"rule-" + i + "\"");
          // No lifetime of its own: the rule's, which tells under which rules it was stored.
          assertThat(ttl(get(terrace, "/plain?" + i))).isBetween(1_000 * i - 60, 1_000 * i);
          await()
              .atMost(PATIENCE)
              .pollInterval(Duration.ofMillis(1))
              .until(() -> hits.sum() > before);
        }
      } finally {
        over.set(true);
        for (Thread one : clients) {
          one.join();
        }
      }
      assertThat(others).isEmpty();
      assertThat(hits.sum()).isGreaterThanOrEqualTo(RELOADS);
    }
  }

  private void load(Terrace terrace, AtomicBoolean over, LongAdder hits, Set<String> others) {
    for (int i = 0; !over.get(); i = (i + 1) % PRODUCTS) {
      try {
        HttpResponse<String> answer = get(terrace, "/products/" + (i + 1));
        if (answer.headers().firstValue("X-Cache").orElse("").equals("HIT")) {
          hits.increment();
        } else {
          others.add(answer + " " + answer.headers().map());
        }
      } catch (Exception e) {
        others.add(e.toString());
      }
    }
  }

  @Test
  void rulesThatCannotBeUsedChangeNothingAndAreRefusedInTheWordsOfAStart() throws Exception {
    write(ruled("first", 100));
    try (Terrace terrace = Terrace.start(settings(), "test")) {
      assertThat(metrics(terrace)).contains("terrace_config_last_reload_successful 1.0");
      get(terrace, "/products/1");
      write("[{\"pattern\":\"/a\",\"ttl\":\"soon\"}]");
      List<String> atStart = ((Command.Refuse) command()).lines();
      assertThatThrownBy(() -> terrace.reload(this::read))
          .isInstanceOf(IOException.class)
          .hasMessage(atStart.getFirst());

      assertThat(get(terrace, "/cache/rules").body()).contains("\"first\"");
      assertThat(get(terrace, "/products/1").headers().firstValue("X-Cache")).contains("HIT");
      assertThat(ttl(get(terrace, "/plain"))).isBetween(1, 100);
      assertThat(metrics(terrace)).contains("terrace_config_last_reload_successful 0.0");

      write(ruled("second", 100));
      terrace.reload(this::read);
      assertThat(get(terrace, "/cache/rules").body()).contains("\"second\"");
      assertThat(metrics(terrace)).contains("terrace_config_last_reload_successful 1.0");
    }
  }

  @Test
  void rulesAndCertificateAreTakenTogetherOrNotAtAll() throws Exception {
    Certificate old = certificate("old");
    Certificate fresh = certificate("fresh");
    Path chain = Files.copy(old.chain(), directory.resolve("chain.pem"));
    Path key = Files.copy(old.key(), directory.resolve("key.pem"));
    write(ruled("first", 100));
    String[] tls = {"--tls-cert", chain.toString(), "--tls-key", key.toString()};
    Settings started = settings(tls);
    try (Terrace terrace = Terrace.start(started, "test")) {
      assertThat(serves(terrace, old)).isTrue();
      assertThat(ruleName(terrace, old)).isEqualTo("first");

      write(ruled("second", 100));
      Files.copy(fresh.chain(), chain, StandardCopyOption.REPLACE_EXISTING);
      assertThatThrownBy(() -> terrace.reload(() -> read(tls))).isInstanceOf(IOException.class);
      assertThat(serves(terrace, old)).isTrue();
      assertThat(ruleName(terrace, old)).isEqualTo("first");

      write("[");
      Files.copy(fresh.key(), key, StandardCopyOption.REPLACE_EXISTING);
      assertThatThrownBy(() -> terrace.reload(() -> read(tls))).isInstanceOf(IOException.class);
      assertThat(serves(terrace, old)).isTrue();
      assertThat(ruleName(terrace, old)).isEqualTo("first");

      write(ruled("third", 100));
      terrace.reload(() -> read(tls));
      assertThat(serves(terrace, fresh)).isTrue();
      assertThat(serves(terrace, old)).isFalse();
      assertThat(ruleName(terrace, fresh)).isEqualTo("third");
      assertThat(notAfter(terrace, fresh)).isBetween((double) Instant.now().getEpochSecond(), 4e9);
    }
  }

  private Certificate certificate(String name) throws Exception {
    return Certificate.make(Files.createDirectory(directory.resolve(name)));
  }

  private static boolean serves(Terrace terrace, Certificate certificate) throws IOException {
    try (SSLSocket socket =
        (SSLSocket)
            certificate.trust().getSocketFactory().createSocket("127.0.0.1", terrace.port())) {
      socket.startHandshake();
      return true;
    } catch (SSLException untrusted) {
      return false;
    }
  }

  private static String ruleName(Terrace terrace, Certificate certificate) throws Exception {
    String rules = ask(terrace, certificate.trust(), "/cache/rules");
    return rules.replaceAll("(?s).*\"name\" : \"(\\w+)\".*", "$1");
  }

  private static double notAfter(Terrace terrace, Certificate certificate) throws Exception {
    return ask(terrace, certificate.trust(), "/metrics")
        .lines()
        .filter(line -> line.startsWith("terrace_tls_certificate_not_after_seconds "))
        .mapToDouble(line -> Double.parseDouble(line.split(" ")[1]))
        .sum();
  }

  private static String ask(Terrace terrace, SSLContext trust, String path) throws Exception {
    try (HttpClient client = HttpClient.newBuilder().sslContext(trust).build()) {
      URI uri = URI.create("https://localhost:" + terrace.port() + path);
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  private static String ruled(String name, int ttl) {
    return "[{\"name\":\"%s\",\"pattern\":\"/*\",\"ttl\":%d,\"keyQuery\":{\"drop\":[\"utm_*\"]}}]"
        .formatted(name, ttl);
  }

  private void write(String text) throws IOException {
    Files.writeString(rules, text);
  }

  private Settings settings(String... more) {
    try {
      return read(more);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Settings read(String... more) throws IOException {
    return switch (command(more)) {
      case Command.Serve(Settings settings, var warnings) -> settings;
      case Command.Refuse(List<String> lines) -> throw new IOException(lines.getFirst());
      case Command.Demo demo -> throw new AssertionError(demo);
      case Command.Show show -> throw new AssertionError(show);
      case Command.Health health -> throw new AssertionError(health);
    };
  }

  private Command command(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--target-url",
                target.url().toString(),
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--enable-file-cache=false",
                "--cache-rules",
                "@" + rules));
    arguments.addAll(List.of(more));
    return Command.parse(arguments, Map.of(), 1L << 28, "test");
  }

  /// Of a life that began just now, on a machine that may be busy.
  private static int ttl(HttpResponse<String> answer) {
    return Integer.parseInt(answer.headers().firstValue("X-Cache-TTL").orElseThrow());
  }

  private String metrics(Terrace terrace) throws Exception {
    return get(terrace, "/metrics").body();
  }

  private String explained(Terrace terrace, String path) throws Exception {
    return get(terrace, "/cache/explain?url=" + path).body();
  }

  private HttpResponse<String> get(Terrace terrace, String path)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + terrace.port() + path);
    return client.send(
        HttpRequest.newBuilder(uri)
            .version(HttpClient.Version.HTTP_1_1)
            .timeout(Duration.ofSeconds(20))
            .build(),
        BodyHandlers.ofString());
  }
}
