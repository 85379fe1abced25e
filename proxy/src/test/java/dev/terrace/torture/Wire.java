package dev.terrace.torture;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/// The way to the instances. Safe for use by any thread.
final class Wire implements AutoCloseable {
  /// Longer than any process is stopped.
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  HttpResponse<String> get(int port, Page page) throws IOException, InterruptedException {
    return send(request(port, page.path()).GET());
  }

  /// @param id by which it is one purge, however often it is sent
  HttpResponse<String> purge(int port, Wanted wanted, String id)
      throws IOException, InterruptedException {
    if (!wanted.path().isEmpty()) {
      HttpRequest.Builder request = request(port, wanted.path()).header("Idempotency-Key", id);
      if (wanted.isSoft()) {
        request.header("Soft-Purge", "1");
      }
      return send(request.method("PURGE", BodyPublishers.noBody()));
    }
    return send(
        request(port, "/cache/purge")
            .header("Idempotency-Key", id)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(wanted.json())));
  }

  HttpResponse<String> receipt(int port, String id) throws IOException, InterruptedException {
    return send(request(port, "/cache/purges/" + id).GET());
  }

  private static HttpRequest.Builder request(int port, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(PATIENCE);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
