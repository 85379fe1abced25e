package dev.terrace.server;

import dev.terrace.flow.Exchange;
import dev.terrace.rules.Peer;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/// A listener on a free loopback port with event loops of its own.
final class TestListener implements AutoCloseable {
  private final Vertx vertx;
  private final Listener listener;
  private final int port;

  TestListener(
      Limits limits, Optional<TlsFiles> tls, Consumer<Exchange> handler, Tunnels tunnels, Hits hits)
      throws IOException {
    vertx = EventLoops.start(2);
    listener =
        new Listener(
            vertx,
            new ListenerSettings("127.0.0.1", 0, 2, identity(tls), limits),
            address -> new Peer(address, Peer.Trust.UNTRUSTED),
            handler,
            tunnels,
            hits,
            Refusals.NONE);
    port = listener.start();
  }

  TestListener(Limits limits, Optional<TlsFiles> tls, Consumer<Exchange> handler, Tunnels tunnels)
      throws IOException {
    this(limits, tls, handler, tunnels, Hits.NONE);
  }

  static TestListener cleartext(Consumer<Exchange> handler) throws IOException {
    return new TestListener(Limits.DEFAULTS, Optional.empty(), handler, Tunnels.NONE, Hits.NONE);
  }

  private static Optional<TlsIdentity> identity(Optional<TlsFiles> files) throws IOException {
    return files.isPresent() ? Optional.of(TlsIdentity.read(files.get())) : Optional.empty();
  }

  int port() {
    return port;
  }

  Listener listener() {
    return listener;
  }

  @Override
  public void close() {
    listener.close();
    vertx.close().await();
  }
}
