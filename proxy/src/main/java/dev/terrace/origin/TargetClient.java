package dev.terrace.origin;

import dev.terrace.observe.Event;
import dev.terrace.observe.Event.TargetResult;
import dev.terrace.observe.Observer;
import dev.terrace.origin.OriginRequest.Retry;
import dev.terrace.origin.OriginResult.Failure;
import dev.terrace.origin.OriginResult.Kind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The target, asked over pooled connections: HTTP/1.1, or HTTP/2 where TLS negotiates it.
///
/// The destination is the URI it was made with and no other: redirects and alternative services are
/// not followed (security.md S10). Certificates are verified by the target's name (S19). Bodies
/// pass as they come. A request is sent a second time, on a fresh connection, only where its pooled
/// one was closed under it (http.md 22, 26). Made by one thread, used by any.
public final class TargetClient implements Origin {
  private final TargetSettings settings;
  private final Observer observer;
  private final String host;
  private final int port;
  private final boolean tls;
  private final HttpClientAgent client;
  private final Semaphore tunnels;

  /// @param target `http` or `https` with a host; path and query do not matter here
  /// @param observer is told once how each asking ended, and once more where an answer's body then
  ///   broke off; of requests that were never sent, or broke off themselves, it is told nothing
  public TargetClient(Vertx vertx, URI target, TargetSettings settings, Observer observer) {
    this.settings = settings;
    this.observer = observer;
    this.tls = target.getScheme().equalsIgnoreCase("https");
    this.host = target.getHost();
    this.port = target.getPort() >= 0 ? target.getPort() : tls ? 443 : 80;
    this.client = ClientBuilder.build(vertx, settings, tls);
    this.tunnels = new Semaphore(settings.pool().tunnels());
  }

  /// How the [Vertx] must resolve names so that a name's new address is used within the settings'
  /// `nameLife` twice and `connectionLife` once: by its defaults Vert.x keeps an address as long as
  /// its record says, and never reads the hosts file again.
  public static AddressResolverOptions nameResolution(TargetSettings settings) {
    int lifeSeconds = Math.toIntExact(Math.max(1, settings.pool().nameLife().toSeconds()));
    return new AddressResolverOptions()
        .setCacheMaxTimeToLive(lifeSeconds)
        .setCacheNegativeTimeToLive(1)
        .setHostsRefreshPeriod(lifeSeconds)
        .setHostsRefreshPeriodUnit(TimeUnit.SECONDS);
  }

  /// {@inheritDoc}
  ///
  /// An answer without a body (HEAD, 204, 304) has zero `bodyBytes`, whatever its Content-Length
  /// says. The body's [BodyReader#read] waits the settings' `bodyStall` at most.
  ///
  /// @throws IllegalArgumentException if the request cannot be written as HTTP
  @Override
  public OriginResult ask(OriginRequest request) throws InterruptedException {
    RequestFields.check(request);
    long beganNanos = System.nanoTime();
    Runnable onBreak = () -> tell(TargetResult.BROKEN_OFF, beganNanos);
    Attempt attempt = new Attempt(request, settings, onBreak);
    OriginResult result = attempt.ask(() -> pooled(request));
    if (attempt.lost() && request.retry() == Retry.IDEMPOTENT_ONCE) {
      result = new Attempt(request, settings, onBreak).ask(() -> fresh(request));
    }
    tell(result, beganNanos);
    return result;
  }

  /// Asks the target for a WebSocket with a GET and the request's fields, over a connection of its
  /// own.
  ///
  /// @param handler takes the tunnel, if the target agrees
  /// @return what came instead of a tunnel; empty if the handler was called
  /// @throws IllegalArgumentException if the request cannot be written as HTTP
  public Optional<OriginResult> tunnel(OriginRequest request, TunnelHandler handler)
      throws InterruptedException {
    RequestFields.check(request);
    if (!tunnels.tryAcquire()) {
      return Optional.of(new Failure(Kind.OVERLOADED, "too many tunnels"));
    }
    Attempt attempt = new Attempt(request, settings, () -> {});
    return attempt.tunnel(() -> upgrade(request), handler);
  }

  private Future<HttpClientRequest> pooled(OriginRequest request) {
    return client.request(options(request.method(), request));
  }

  private Future<HttpClientRequest> fresh(OriginRequest request) {
    return client
        .connect(connectOptions())
        .compose(
            connection -> {
              TargetConnection.prepare(connection, settings);
              return connection.request(options(request.method(), request));
            });
  }

  private Future<HttpClientRequest> upgrade(OriginRequest request) {
    return client
        .connect(connectOptions().setProtocolVersion(HttpVersion.HTTP_1_1))
        .onFailure(failure -> tunnels.release())
        .compose(
            connection -> {
              TargetConnection.prepare(connection, settings);
              TargetConnection.of(connection).onClose(tunnels::release);
              return connection.request(options("GET", request));
            });
  }

  private HttpConnectOptions connectOptions() {
    return new HttpConnectOptions().setHost(host).setPort(port).setSsl(tls);
  }

  private RequestOptions options(String method, OriginRequest request) {
    return new RequestOptions()
        .setMethod(HttpMethod.valueOf(method))
        .setHost(host)
        .setPort(port)
        .setSsl(tls)
        .setURI(request.target())
        .setFollowRedirects(false)
        .setConnectTimeout(settings.deadlines().head().toMillis());
  }

  private void tell(OriginResult result, long beganNanos) {
    switch (result) {
      case OriginResult.Answer answer -> tell(TargetResult.ANSWERED, beganNanos);
      case Failure failure -> {
        switch (failure.kind()) {
          case UNREACHABLE -> tell(TargetResult.UNREACHABLE, beganNanos);
          case TIMED_OUT -> tell(TargetResult.TIMED_OUT, beganNanos);
          case MALFORMED -> tell(TargetResult.MALFORMED, beganNanos);
          case REQUEST_BROKEN, OVERLOADED -> {}
        }
      }
    }
  }

  private void tell(TargetResult result, long beganNanos) {
    observer.on(new Event.TargetAsked(result, System.nanoTime() - beganNanos));
  }

  /// Closes every connection, those in use too.
  @Override
  public void close() {
    var _ = client.close();
  }
}
