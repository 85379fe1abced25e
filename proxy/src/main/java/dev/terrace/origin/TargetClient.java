package dev.terrace.origin;

import dev.terrace.http.Headers;
import dev.terrace.observe.Event;
import dev.terrace.observe.Event.TargetResult;
import dev.terrace.observe.Observer;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.HostAndPort;
import java.net.URI;
import java.util.Locale;
import java.util.Set;

/// The target, asked over HTTP/1.1, or HTTP/2 where TLS negotiates it.
public final class TargetClient implements Origin {
  private static final Set<String> WRITTEN_HERE =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "http2-settings",
          "keep-alive",
          "proxy-connection",
          "transfer-encoding",
          "upgrade");

  private final TargetSettings settings;
  private final Observer observer;
  private final String host;
  private final int port;
  private final boolean tls;
  private final HttpClientAgent client;

  public TargetClient(Vertx vertx, URI target, TargetSettings settings, Observer observer) {
    this.settings = settings;
    this.observer = observer;
    this.tls = target.getScheme().equalsIgnoreCase("https");
    this.host = target.getHost();
    this.port = target.getPort() >= 0 ? target.getPort() : tls ? 443 : 80;
    this.client = ClientBuilder.build(vertx, settings, tls);
  }

  @Override
  public OriginResult ask(OriginRequest request) throws InterruptedException {
    long began = System.nanoTime();
    Runnable onBreak = () -> tell(TargetResult.BROKEN_OFF, began);
    Attempt first = new Attempt(request, settings, onBreak);
    OriginResult result = first.run(() -> pooled(request));
    if (first.lost() && request.retry() == OriginRequest.Retry.IDEMPOTENT_ONCE) {
      result = new Attempt(request, settings, onBreak).run(() -> fresh(request));
    }
    tell(result, began);
    return result;
  }

  private Future<HttpClientRequest> pooled(OriginRequest request) {
    return client.request(options(request)).map(exchange -> fill(exchange, request));
  }

  private Future<HttpClientRequest> fresh(OriginRequest request) {
    return ((io.vertx.core.http.impl.HttpClientImpl) client)
        .connect(new HttpConnectOptions().setHost(host).setPort(port).setSsl(tls))
        .compose(
            connection -> {
              TargetConnection.prepare(connection, settings);
              return connection.request(options(request));
            })
        .map(exchange -> fill(exchange, request));
  }

  private RequestOptions options(OriginRequest request) {
    return new RequestOptions()
        .setMethod(HttpMethod.valueOf(request.method()))
        .setHost(host)
        .setPort(port)
        .setSsl(tls)
        .setURI(request.target())
        .setFollowRedirects(false)
        .setConnectTimeout(settings.headTimeout().toMillis());
  }

  private HttpClientRequest fill(HttpClientRequest exchange, OriginRequest request) {
    MultiMap fields = exchange.headers();
    if (exchange.version() == HttpVersion.HTTP_2) {
      exchange.authority(HostAndPort.parseAuthority(request.authority(), -1));
    } else {
      fields.set("Host", request.authority());
    }
    for (Headers.Field field : request.headers()) {
      if (!WRITTEN_HERE.contains(field.name().toLowerCase(Locale.ROOT))) {
        fields.add(field.name(), field.value());
      }
    }
    if (request.body().isPresent()) {
      if (request.bodyBytes().isPresent()) {
        fields.set("Content-Length", Long.toString(request.bodyBytes().getAsLong()));
      } else {
        exchange.setChunked(true);
      }
    }
    return exchange;
  }

  private void tell(OriginResult result, long began) {
    switch (result) {
      case OriginResult.Answer answer -> tell(TargetResult.ANSWERED, began);
      case OriginResult.Failure failure -> {
        switch (failure.kind()) {
          case UNREACHABLE -> tell(TargetResult.UNREACHABLE, began);
          case TIMED_OUT -> tell(TargetResult.TIMED_OUT, began);
          case MALFORMED -> tell(TargetResult.MALFORMED, began);
          case REQUEST_BROKEN, OVERLOADED -> {}
        }
      }
    }
  }

  private void tell(TargetResult result, long began) {
    observer.on(new Event.TargetAsked(result, System.nanoTime() - began));
  }

  @Override
  public void close() {
    client.close();
  }
}
