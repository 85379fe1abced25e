package dev.terrace.server;

import dev.terrace.flow.Exchange;
import dev.terrace.flow.Problem;
import dev.terrace.http.HttpVersion;
import dev.terrace.http.RequestCheck;
import dev.terrace.http.RequestHead;
import dev.terrace.rules.Peer;
import dev.terrace.rules.ProxyStatus;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.http.impl.http1.Http1ServerRequest;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes every request from Vert.x: answers those that a gate refused, gives each other one a
/// virtual thread. Shared by all loops.
final class Dispatcher {
  /// RFC 9209 §2.3.16: the client's request is at fault.
  static final ProxyStatus.Type REQUEST_ERROR = ProxyStatus.Type.HTTP_REQUEST_ERROR;

  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  private final Consumer<Exchange> handler;
  private final Function<String, Peer> peers;
  private final Limits limits;
  private final Tunnels tunnels;
  private final Hits hits;
  private final Refusals refusals;
  private volatile boolean draining;
  private final AtomicInteger inWork = new AtomicInteger();

  Dispatcher(
      Consumer<Exchange> handler,
      Function<String, Peer> peers,
      Tunnels tunnels,
      Hits hits,
      Refusals refusals,
      Limits limits) {
    this.refusals = refusals;
    this.hits = hits;
    this.tunnels = tunnels;
    this.handler = handler;
    this.peers = peers;
    this.limits = limits;
  }

  /// Requests that have a thread now.
  int inWork() {
    return inWork.get();
  }

  /// From now on answers say that their connection closes.
  void drain() {
    draining = true;
  }

  boolean isDraining() {
    return draining;
  }

  Refusals refusals() {
    return refusals;
  }

  Tunnels tunnels() {
    return tunnels;
  }

  Limits limits() {
    return limits;
  }

  /// On the request's event loop.
  void dispatch(HttpServerRequest request) {
    Arrival arrival = arrival(request);
    switch (arrival.verdict()) {
      case RequestCheck.Verdict.Refused refused ->
          answer(request, arrival, Problem.of(refused.status(), refused.detail(), REQUEST_ERROR));
      case RequestCheck.Verdict.Sound sound -> accept(request, arrival, sound.head());
    }
  }

  private void accept(HttpServerRequest request, Arrival arrival, RequestHead head) {
    if (Arrival.bodyBytes(head).orElse(0) > limits.bodyBytes()) {
      String detail = "a body of more than " + limits.bodyBytes() + " bytes";
      answer(request, arrival, Problem.of(413, detail, REQUEST_ERROR));
      return;
    }
    Peer peer = peers.apply(request.remoteAddress().hostAddress());
    if (head.version() == HttpVersion.HTTP_2
        && !arrival.hasBody()
        && StreamHit.answer(request, head, peer, hits, limits.writeStall())) {
      return;
    }
    if (inWork.incrementAndGet() > limits.requests()) {
      inWork.decrementAndGet();
      answer(
          request,
          arrival,
          Problem.of(503, "too many requests at once", ProxyStatus.Type.CONNECTION_LIMIT_REACHED));
      return;
    }
    VertxExchange exchange = new VertxExchange(request, head, peer, arrival, this);
    Thread thread = Thread.ofVirtual().name("request").unstarted(() -> serve(exchange));
    exchange.servedBy(thread);
    thread.start();
  }

  private void serve(VertxExchange exchange) {
    try {
      handler.accept(exchange);
      if (!exchange.isOver()) {
        LOG.error("{} was left without an answer", exchange.request());
      }
    } catch (RuntimeException | Error bug) {
      LOG.error("serving {} failed", exchange.request(), bug);
    } finally {
      exchange.fail(
          Problem.of(
              500,
              "serving the request failed; see the log",
              ProxyStatus.Type.PROXY_INTERNAL_ERROR));
      inWork.decrementAndGet();
    }
  }

  /// Answers on the loop, without a thread. HTTP/1 closes after it: what follows a request that was
  /// not read to its end cannot be told from its body.
  private void answer(HttpServerRequest request, Arrival arrival, Problem problem) {
    HttpServerResponse response = request.response();
    HttpServerConnection connection = (HttpServerConnection) request.connection();
    boolean isHttp2 =
        connection.channelHandlerContext().handler() instanceof Http2ConnectionHandler;
    refusals.on(refused(request, arrival, isHttp2, problem));
    response.setStatusCode(problem.head().status());
    problem.head().headers().forEach(field -> response.putHeader(field.name(), field.value()));
    response.putHeader("Date", HttpClock.now());
    if (!isHttp2) {
      response.headersEndHandler(_ -> response.putHeader("Connection", "close"));
    }
    if (arrival.hasBody()) {
      request.pause();
    }
    response
        .end(Buffer.buffer(problem.body().array()))
        .onComplete(
            _ -> {
              if (!isHttp2) {
                connection.close();
              } else if (arrival.hasBody()) {
                Http2Gate.reset(connection, response, Http2Error.NO_ERROR);
              }
            });
  }

  private static Refusals.Refused refused(
      HttpServerRequest request, Arrival arrival, boolean isHttp2, Problem problem) {
    boolean isStandIn = request.uri().equals(StrictDecoder.UNREADABLE);
    String url =
        arrival.verdict() instanceof RequestCheck.Verdict.Sound(RequestHead head)
            ? head.authority() + head.target()
            : request.uri();
    return new Refusals.Refused(
        request.remoteAddress().hostAddress(),
        isStandIn ? "" : request.method().name(),
        isStandIn ? "" : url,
        isHttp2 ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1,
        problem.head().status(),
        problem.body().remaining());
  }

  private static Arrival arrival(HttpServerRequest request) {
    if (request instanceof Http1ServerRequest http1) {
      return ((CheckedRequest) http1.nettyRequest()).arrival();
    }
    HttpServerConnection connection = (HttpServerConnection) request.connection();
    return Http2Gate.of(connection.channelHandlerContext())
        .arrival((int) request.response().streamId());
  }
}
