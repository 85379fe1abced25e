package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DemoTargetTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-24T06:40:00Z"));

  private final HttpClient client = HttpClient.newHttpClient();
  private DemoTarget target;

  @BeforeEach
  void start() throws IOException {
    target = DemoTarget.start(0, Duration.ZERO, Duration.ZERO, CLOCK);
  }

  @AfterEach
  void stop() {
    target.close();
    client.close();
  }

  @Test
  void aProductMayBeStoredForAMinuteAndHasTags() throws Exception {
    HttpResponse<String> answer = get("/products/1");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"id\": 1, \"name\": \"Product 1\", \"cents\": 99}\n");
    assertThat(answer.headers().map())
        .containsEntry("cache-control", java.util.List.of("max-age=60"))
        .containsEntry("surrogate-key", java.util.List.of("products product-1"))
        .containsEntry("content-type", java.util.List.of("application/json"))
        .containsKey("etag");
  }

  @Test
  void anEtagIsConfirmedUntilAPostChangesTheProduct() throws Exception {
    String etag = get("/products/7").headers().firstValue("etag").orElseThrow();
    HttpResponse<String> confirmed = get("/products/7", "If-None-Match", etag);
    assertThat(confirmed.statusCode()).isEqualTo(304);
    assertThat(confirmed.body()).isEmpty();
    assertThat(confirmed.headers().firstValue("etag")).contains(etag);

    HttpResponse<String> posted =
        client.send(
            request("/products/7")
                .POST(HttpRequest.BodyPublishers.ofString("{\"cents\": 1}"))
                .build(),
            BodyHandlers.ofString());
    assertThat(posted.statusCode()).isEqualTo(200);

    HttpResponse<String> changed = get("/products/7", "If-None-Match", etag);
    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(changed.body()).contains("700");
  }

  @Test
  void aGreetingVariesByLanguage() throws Exception {
    HttpResponse<String> german = get("/greeting", "Accept-Language", "de-CH");
    assertThat(german.body()).contains("Guten Tag");
    assertThat(german.headers().firstValue("vary")).contains("Accept-Language");
    assertThat(get("/greeting").body()).contains("Hello");
    assertThat(get("/greeting", "Accept-Language", "xx").body()).contains("Hello");
  }

  @Test
  void otherAnswersShowWhatIsNotStored() throws Exception {
    assertThat(get("/stock/1").headers().firstValue("cache-control")).contains("no-cache");
    assertThat(get("/time").headers().firstValue("cache-control")).contains("no-store");
    assertThat(get("/account").headers().firstValue("set-cookie")).isPresent();
    assertThat(get("/plain").headers().firstValue("cache-control")).isEmpty();
    assertThat(get("/error").statusCode()).isEqualTo(500);
    assertThat(get("/products/101").statusCode()).isEqualTo(404);
    assertThat(get("/nothing").statusCode()).isEqualTo(404);
  }

  @Test
  void headHasTheLengthOfGetAndNoBody() throws Exception {
    HttpResponse<String> head =
        client.send(request("/products/1").HEAD().build(), BodyHandlers.ofString());
    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValueAsLong("content-length"))
        .hasValue(get("/products/1").body().length());
  }

  @Test
  void eventsAreThirtyAndEnd() throws Exception {
    assertThat(get("/events").body().lines().filter(line -> line.startsWith("data:")).count())
        .isEqualTo(30);
  }

  @Test
  void anEventArrivesBeforeTheNextIsMade() throws Exception {
    DemoTarget slow = DemoTarget.start(0, Duration.ZERO, Duration.ofHours(1), CLOCK);
    try (BufferedReader lines = lines(slow.url().resolve("/events"))) {
      assertThat(lines.readLine())
          .isEqualTo("data: {\"event\": 1, \"at\": \"2026-11-24T06:40:00Z\"}");
    } finally {
      slow.close();
    }
  }

  private BufferedReader lines(URI uri) throws Exception {
    HttpResponse<InputStream> answer =
        client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofInputStream());
    return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
  }

  @Test
  void anAnswerTakesItsTime() throws Exception {
    try (DemoTarget slow = DemoTarget.start(0, Duration.ofMillis(50), Duration.ZERO, CLOCK)) {
      long before = System.nanoTime();
      client.send(
          HttpRequest.newBuilder(slow.url().resolve("/products/1")).build(),
          BodyHandlers.ofString());
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .isGreaterThanOrEqualTo(Duration.ofMillis(50));
    }
  }

  @Test
  void hintsNameWhereToAsk() {
    String hints = target.hints("http", "localhost:4000/api", "localhost:4001/cache");
    assertThat(hints)
        .contains(target.url().toString())
        .contains("curl -sD- localhost:4000/api/products/1 ")
        .contains("curl -s localhost:4001/cache/stats ")
        .doesNotContain("%");
    assertThat(hints.lines()).allMatch(line -> line.length() <= 110);
  }

  @Test
  void hintsAskByHttpsWhereThatIsWhatTerraceSpeaks() {
    assertThat(target.hints("https", "localhost:4443", "localhost:4443/cache"))
        .contains("before it at https://localhost:4443\n")
        .contains("curl -k -sD- https://localhost:4443/products/1 ")
        .contains("curl -k -s https://localhost:4443/cache/stats ");
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = request(path);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    URI uri = target.url().resolve(path);
    return HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10));
  }
}
