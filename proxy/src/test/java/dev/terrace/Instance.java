package dev.terrace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One Terrace in this process, and a client of it.
final class Instance implements AutoCloseable {
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Terrace terrace;
  private String token = "";

  /// What a client got.
  ///
  /// @param cache X-Cache, then the layer if there is one: `HIT memory`
  record Got(int status, String cache, String body) {}

  Instance(String... flags) {
    List<String> all = new ArrayList<>(List.of("--host=127.0.0.1", "--port=0"));
    all.addAll(List.of(flags));
    try {
      terrace =
          Terrace.start(Run.of(Map.of(), all.toArray(String[]::new)).serve().settings(), "test");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return terrace.port();
  }

  /// From now on calls carry this admin token; empty: none.
  Instance with(String adminToken) {
    token = adminToken;
    return this;
  }

  Got get(String path) {
    HttpResponse<String> response = send(request(path, Credentials.NONE).GET());
    String layer = response.headers().firstValue("X-Cache-Layer").map(" "::concat).orElse("");
    return new Got(
        response.statusCode(),
        response.headers().firstValue("X-Cache").orElse("") + layer,
        response.body());
  }

  int post(String path) {
    return send(request(path, Credentials.NONE).POST(HttpRequest.BodyPublishers.noBody()))
        .statusCode();
  }

  /// PURGE of a URL.
  HttpResponse<String> purge(String path) {
    return send(
        request(path, Credentials.ADMIN).method("PURGE", HttpRequest.BodyPublishers.noBody()));
  }

  /// POST of /cache/purge.
  HttpResponse<String> purgeJson(String json) {
    return send(
        request("/cache/purge", Credentials.ADMIN)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  HttpResponse<String> admin(String method, String path) {
    return send(
        request(path, Credentials.ADMIN).method(method, HttpRequest.BodyPublishers.noBody()));
  }

  /// The value of a metric; 0 if there is none.
  ///
  /// @param name with its labels
  double metric(String name) {
    return admin("GET", "/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .sum();
  }

  private enum Credentials {
    NONE,
    ADMIN
  }

  private HttpRequest.Builder request(String path, Credentials credentials) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + terrace.port() + path))
            .timeout(Duration.ofSeconds(20));
    // A request with credentials would not be answered from the cache.
    return token.isEmpty() || credentials == Credentials.NONE
        ? request
        : request.header("Authorization", "Bearer " + token);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    terrace.close();
    client.close();
  }
}
