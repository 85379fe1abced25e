package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.config.Command;
import dev.terrace.config.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `terrace demo` tells a newcomer to try, tried.
final class DemoTest {
  @TempDir private Path files;
  private final HttpClient client = HttpClient.newHttpClient();
  private DemoTarget target;
  private Terrace terrace;

  @BeforeEach
  void start() throws IOException {
    target = DemoTarget.start(0, Duration.ZERO, Duration.ZERO, InstantSource.system());
    terrace = Terrace.start(settings(), "test");
  }

  @AfterEach
  void stop() {
    terrace.close();
    target.close();
    client.close();
  }

  private Settings settings() {
    List<String> arguments =
        List.of(
            "--target-url=" + target.url(),
            "--host=127.0.0.1",
            "--port=0",
            "--file-cache-dir=" + files);
    return switch (Command.parse(arguments, Map.of(), 1L << 28, "test")) {
      case Command.Serve(Settings settings, var warnings) -> settings;
      case Command.Demo demo -> throw new AssertionError(demo);
      case Command.Show show -> throw new AssertionError(show);
      case Command.Health health -> throw new AssertionError(health);
      case Command.Refuse refuse -> throw new AssertionError(refuse);
    };
  }

  @Test
  void aProductIsAMissAndThenAHitFromMemory() throws Exception {
    assertThat(outcome(get("/products/1"))).isEqualTo("MISS");
    HttpResponse<String> hit = get("/products/1");
    assertThat(outcome(hit)).isEqualTo("HIT");
    assertThat(hit.headers().firstValue("X-Cache-Layer")).contains("memory");
    assertThat(hit.headers().firstValue("Age")).isPresent();
    assertThat(hit.body()).isEqualTo("{\"id\": 1, \"name\": \"Product 1\", \"cents\": 99}\n");
  }

  @Test
  void stockIsRevalidated() throws Exception {
    get("/stock/1");
    assertThat(outcome(get("/stock/1"))).isEqualTo("REVALIDATED");
  }

  @Test
  void aGreetingIsStoredOnceALanguage() throws Exception {
    get("/greeting", "Accept-Language", "de");
    assertThat(outcome(get("/greeting", "Accept-Language", "fr"))).isEqualTo("MISS");
    HttpResponse<String> german = get("/greeting", "Accept-Language", "de");
    assertThat(outcome(german)).isEqualTo("HIT");
    assertThat(german.body()).contains("Guten Tag");
  }

  @Test
  void anAnswerWithACookieIsNeverStoredAndSaysWhy() throws Exception {
    get("/account");
    HttpResponse<String> again = get("/account");
    assertThat(outcome(again)).isEqualTo("MISS");
    assertThat(again.headers().firstValue("Cache-Status").orElseThrow()).contains("set-cookie");
  }

  @Test
  void aPostInvalidates() throws Exception {
    get("/products/2");
    assertThat(outcome(get("/products/2"))).isEqualTo("HIT");
    send(request("/products/2").POST(BodyPublishers.noBody()).build());
    HttpResponse<String> changed = get("/products/2");
    assertThat(outcome(changed)).isEqualTo("MISS");
    assertThat(changed.body()).contains("200");
  }

  @Test
  void aPurgeIsAMissAgain() throws Exception {
    get("/products/3");
    get("/products/4");
    HttpResponse<String> purged =
        send(request("/products/3").method("PURGE", BodyPublishers.noBody()).build());
    assertThat(purged.statusCode()).isEqualTo(200);
    assertThat(outcome(get("/products/3"))).isEqualTo("MISS");
    assertThat(outcome(get("/products/4"))).isEqualTo("HIT");

    HttpRequest byTag =
        request("/cache/purge")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"tags\":[\"products\"]}"))
            .build();
    assertThat(send(byTag).statusCode()).isEqualTo(200);
    assertThat(outcome(get("/products/4"))).isEqualTo("MISS");

    get("/products/4");
    assertThat(send(request("/cache").DELETE().build()).statusCode()).isEqualTo(200);
    assertThat(outcome(get("/products/4"))).isEqualTo("MISS");
  }

  @Test
  void eventsAreAStreamThatIsPassedOn() throws Exception {
    assertThat(get("/events").body().lines().filter(line -> line.startsWith("data: ")).count())
        .isEqualTo(30);
  }

  @Test
  void statsAndMetricsCountWhatHappened() throws Exception {
    get("/products/1");
    get("/products/1");
    assertThat(get("/cache/stats").body()).contains("\"size\" : 1").contains("\"totalHits\" : 1");
    assertThat(get("/metrics").body())
        .contains(
            "terrace_requests_total{layer=\"memory\",outcome=\"hit\",status_class=\"2xx\"} 1.0")
        .contains(
            "terrace_requests_total{layer=\"none\",outcome=\"miss\",status_class=\"2xx\"} 1.0")
        .contains("terrace_misses_total{reason=\"uri-miss\"} 1.0");
  }

  private static String outcome(HttpResponse<String> answer) {
    return answer.headers().firstValue("X-Cache").orElseThrow();
  }

  private HttpResponse<String> get(String path, String... fields) throws Exception {
    HttpRequest.Builder request = request(path);
    if (fields.length > 0) {
      request.headers(fields);
    }
    return send(request.build());
  }

  private HttpResponse<String> send(HttpRequest request) throws Exception {
    return client.send(request, BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + terrace.port() + path))
        .version(HttpClient.Version.HTTP_1_1)
        .timeout(Duration.ofSeconds(20));
  }
}
