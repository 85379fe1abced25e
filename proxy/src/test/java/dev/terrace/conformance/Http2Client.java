package dev.terrace.conformance;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;

/// An HTTP/2 client: the JDK's. It shows neither interim answers nor trailers.
final class Http2Client implements Client {
  private final HttpClient http;
  private final String origin;

  Http2Client(SSLContext tls, String origin) {
    this.http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).sslContext(tls).build();
    this.origin = origin;
  }

  @Override
  public Reception ask(Ask ask) {
    Reception reception = new Reception();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(origin + ask.target()))
            .method(
                ask.method(),
                ask.body().isEmpty()
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofByteArray(Wire.bytes(ask.body())));
    ask.fields().forEach(field -> request.header(field.name(), field.value()));
    CompletableFuture<Void> unused =
        http.sendAsync(
                request.build(),
                info -> {
                  reception.begin(info.statusCode(), fields(info));
                  return BodyHandlers.ofByteArrayConsumer(bytes -> bytes.ifPresent(reception::body))
                      .apply(info);
                })
            .handle((response, failure) -> finish(reception, response, failure));
    return reception;
  }

  private static List<Field> fields(HttpResponse.ResponseInfo info) {
    List<Field> fields = new ArrayList<>();
    info.headers()
        .map()
        .forEach((name, values) -> values.forEach(value -> fields.add(new Field(name, value))));
    return List.copyOf(fields);
  }

  private static Void finish(Reception reception, HttpResponse<Void> response, Throwable failure) {
    if (failure != null) {
      reception.breakOff(failure);
    } else if (response.version() == HttpClient.Version.HTTP_2) {
      reception.end(List.of());
    } else {
      reception.breakOff(new IOException("answered over " + response.version()));
    }
    return null;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
