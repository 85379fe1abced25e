package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/// Clients of a [Child] before a [SealedTarget], some at a time. Whatever they get of its pages
/// must be whole.
final class Visitors implements AutoCloseable {
  private static final int AT_A_TIME = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient client = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);

  /// What was answered to a request for a page.
  ///
  /// @param outcome X-Cache, and X-Cache-Layer if there is one, as in `HIT file`
  /// @param body whole
  record Visit(String path, String outcome, HttpResponse<byte[]> answer) {
    long seconds(String field) {
      return answer.headers().firstValueAsLong(field).orElseThrow();
    }
  }

  /// Asks for a page, and expects it whole.
  Visit visit(Child child, String path, String... fields) throws IOException, InterruptedException {
    HttpRequest.Builder request = request(child, path);
    if (fields.length > 0) {
      request.headers(fields);
    }
    HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    assertThat(SealedTarget.isWhole(path, answer.body()))
        .as("%s: %d bytes, %s", path, answer.body().length, answer.headers().map())
        .isTrue();
    String outcome =
        answer.headers().firstValue("X-Cache").orElseThrow()
            + answer.headers().firstValue("X-Cache-Layer").map(layer -> " " + layer).orElse("");
    return new Visit(path, outcome, answer);
  }

  /// Asks for all of these pages.
  ///
  /// @return how often each outcome came
  Map<String, Long> visitAll(Child child, List<String> paths) throws InterruptedException {
    List<Future<Visit>> visits =
        paths.stream().map(path -> threads.submit(() -> visit(child, path))).toList();
    return new TreeMap<>(
        visits.stream()
            .map(Visitors::outcome)
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting())));
  }

  private static String outcome(Future<Visit> visit) {
    try {
      return visit.get().outcome();
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /// The paths of so many pages of this length.
  static List<String> pages(int count, int bytes) {
    return IntStream.range(0, count).mapToObj(page -> "/" + bytes + "/" + page).toList();
  }

  /// Calls the admin API.
  HttpResponse<String> call(Child child, String method, String path, String json)
      throws IOException, InterruptedException {
    return client.send(
        request(child, path)
            .header("Content-Type", "application/json")
            .method(
                method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json))
            .build(),
        BodyHandlers.ofString());
  }

  /// Lets the next answers come from files.
  void emptyMemory(Child child) throws IOException, InterruptedException {
    awaitWritten(child);
    HttpRequest delete = request(child, "/cache/memory").DELETE().build();
    assertThat(client.send(delete, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
  }

  /// Waits until files hold all that is to be stored in them.
  void awaitWritten(Child child) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                metric(child, "terrace_fetches_in_flight") == 0
                    && metric(child, "terrace_layer_queue_bytes{layer=\"file\"}") == 0);
  }

  /// @param name with its labels
  double metric(Child child, String name) throws IOException, InterruptedException {
    String metrics =
        client
            .send(request(child, "/metrics").build(), BodyHandlers.ofString(StandardCharsets.UTF_8))
            .body();
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .sum();
  }

  /// How many files were set aside since the process began.
  double setAside(Child child) throws IOException, InterruptedException {
    return metric(child, "terrace_layer_evictions_total{cause=\"corrupt\",layer=\"file\"}");
  }

  private static HttpRequest.Builder request(Child child, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + child.port() + path))
        .version(HttpClient.Version.HTTP_1_1)
        .timeout(PATIENCE);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    client.shutdownNow();
  }
}
