package dev.terrace.server;

import dev.terrace.flow.Exchange;
import dev.terrace.http.RequestCheck;
import dev.terrace.rules.Peer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.Http2ServerConfig;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Listens for clients: HTTP/1.1 in cleartext, or with TLS HTTP/1.1 and HTTP/2 by ALPN. Every
/// request is judged before anyone sees it, and served on a virtual thread of its own.
///
/// Started once, then drained or closed. Safe for use by any thread.
public final class Listener implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final int CONNECTION_WINDOW_BYTES = 1 << 20;

  private final Vertx vertx;
  private final ListenerSettings settings;
  private final Function<String, Peer> peers;
  private final Hits hits;
  private final Refusals refusals;
  private final Dispatcher dispatcher;
  private final RequestCheck check;
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private @Nullable String deployment;

  /// @param vertx made by [EventLoops]
  /// @param peers turns the address of a connection into who that is
  /// @param handler serves one exchange, on its own virtual thread, to the end of its answer; what
  ///   it throws is logged and answered with 500
  /// @param tunnels to the target, for [Exchange#tunnel]
  /// @param hits for the fast lane; [Hits#NONE] for none
  /// @param refusals told of what is answered without being served
  public Listener(
      Vertx vertx,
      ListenerSettings settings,
      Function<String, Peer> peers,
      Consumer<Exchange> handler,
      Tunnels tunnels,
      Hits hits,
      Refusals refusals) {
    this.hits = hits;
    this.refusals = refusals;
    this.peers = peers;
    this.vertx = vertx;
    this.settings = settings;
    this.dispatcher = new Dispatcher(handler, peers, tunnels, hits, refusals, settings.limits());
    this.check = new RequestCheck(settings.limits().request());
  }

  /// Begins to listen.
  ///
  /// @return the port
  /// @throws IOException if it cannot: the address is taken, the certificate unreadable
  public int start() throws IOException {
    deployment =
        await(
            vertx.deployVerticle(Loop::new, new DeploymentOptions().setInstances(settings.loops())),
            START_LIMIT);
    return servers.getFirst().actualPort();
  }

  /// Shows this identity from now on. Handshakes under way and open connections keep the old one.
  ///
  /// @throws IOException if it cannot be used: then nothing has changed
  public void show(TlsIdentity identity) throws IOException {
    for (HttpServer server : servers) {
      await(server.updateSSLOptions(identity.options(), true), START_LIMIT);
    }
  }

  /// Connections that are open now.
  public int connections() {
    return connections.get();
  }

  /// Requests that are being served now, hits of the fast lane aside.
  public int requestsInWork() {
    return dispatcher.inWork();
  }

  /// Accepts nothing more and lets the requests in work end, for as long as `grace`.
  public void drain(Duration grace) throws IOException {
    dispatcher.drain();
    List<Future<Void>> closing = servers.stream().map(server -> shutdown(server, grace)).toList();
    await(Future.all(closing), grace.plus(START_LIMIT));
  }

  private static Future<Void> shutdown(HttpServer server, Duration grace) {
    return server.shutdown(grace.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Closes every connection at once.
  @Override
  public void close() {
    String deployed = deployment;
    deployment = null;
    if (deployed != null) {
      vertx.undeploy(deployed).await();
    }
  }

  private static <T> T await(Future<T> future, Duration limit) throws IOException {
    try {
      return future.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new IOException("not done within " + limit.toSeconds() + " s", late);
    } catch (RuntimeException failed) {
      throw new IOException(failed.getMessage(), failed);
    } catch (Exception checked) {
      // await throws the future's cause undeclared.
      throw new IOException(checked.getMessage(), checked);
    }
  }

  /// One a core.
  private final class Loop extends VerticleBase {
    @Override
    public Future<?> start() {
      HttpServer server = vertx.createHttpServer(serverConfig(), serverTls());
      servers.add(server);
      server.requestHandler(dispatcher::dispatch);
      server.invalidRequestHandler(dispatcher::dispatch);
      KnownHeads heads = new KnownHeads();
      server.connectionHandler(connection -> connected(connection, heads));
      // A port below zero is a free one that all loops share.
      int port = settings.port() == 0 ? -1 : settings.port();
      return server.listen(port, settings.host());
    }
  }

  private HttpServerConfig serverConfig() {
    Limits limits = settings.limits();
    HttpServerConfig config =
        new HttpServerConfig()
            .setHttp1Config(http1())
            .setHttp2Config(
                new Http2ServerConfig()
                    .setConnectionWindowSize(CONNECTION_WINDOW_BYTES)
                    .setRstFloodMaxRstFramePerWindow(limits.resets())
                    .setRstFloodWindowDuration(limits.resetWindow())
                    .setInitialSettings(
                        new Http2Settings()
                            .setMaxConcurrentStreams(limits.streams())
                            .setMaxHeaderListSize(limits.request().headBytes())))
            // Until a connection has gates of its own, it may not be silent for longer than this.
            .setIdleTimeout(limits.headDeadline());
    return settings.tls().isPresent()
        ? config.setVersions(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1)
        : config.setVersions(HttpVersion.HTTP_1_1);
  }

  private Http1ServerConfig http1() {
    RequestCheck.Limits limits = settings.limits().request();
    return new Http1ServerConfig()
        .setMaxInitialLineLength(limits.targetBytes() + 64)
        .setMaxHeaderSize(limits.headBytes())
        .setMaxChunkSize(64 << 10);
  }

  private @Nullable ServerSSLOptions serverTls() {
    return settings.tls().map(TlsIdentity::options).orElse(null);
  }

  private static String peerAddress(HttpConnection connection) {
    return connection.remoteAddress().hostAddress();
  }

  /// Before the first request of a connection: puts our gates into its pipeline.
  ///
  /// @param heads of its event loop
  private void connected(HttpConnection opened, KnownHeads heads) {
    HttpServerConnection connection = (HttpServerConnection) opened;
    ChannelPipeline pipeline = connection.channelHandlerContext().pipeline();
    if (connections.incrementAndGet() > settings.limits().connections()) {
      var _ = pipeline.channel().close();
    }
    pipeline.channel().closeFuture().addListener(_ -> connections.decrementAndGet());
    if (pipeline.get("idle") != null) {
      pipeline.remove("idle");
    }
    pipeline.channel().config().setMessageSizeEstimator(FileSpan.SIZES);
    String scheme = connection.isSsl() ? "https" : "http";
    if (connection.channelHandlerContext().handler() instanceof Http2ConnectionHandler) {
      Http2Gate.install(
          connection.channelHandlerContext(), check, scheme, settings.limits(), refusals);
    } else {
      StrictDecoder decoder = new StrictDecoder(http1(), settings.limits().request().fields());
      pipeline.replace("httpDecoder", "httpDecoder", decoder);
      FastLane fastLane =
          new FastLane(
              hits,
              heads,
              peers.apply(peerAddress(opened)),
              connection.isSsl() ? FastLane.Transport.TLS : FastLane.Transport.CLEARTEXT,
              dispatcher::isDraining);
      Http1Gate gate =
          new Http1Gate(
              check, scheme, new Http1Deadlines(settings.limits(), decoder), fastLane, refusals);
      decoder.gate(gate);
      pipeline.addAfter(RawHead.ENCODER, "gate", gate);
    }
  }
}
