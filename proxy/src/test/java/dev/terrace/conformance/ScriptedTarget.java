package dev.terrace.conformance;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A target on a bare socket that answers nothing by itself: it queues what it is asked, and the
/// scenario writes each answer, byte for byte. Connections are kept alive.
final class ScriptedTarget implements AutoCloseable {
  private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger unanswered = new AtomicInteger();
  private final int port;
  private volatile @Nullable ServerSocket listening;

  ScriptedTarget() throws IOException {
    ServerSocket socket = listen(0);
    port = socket.getLocalPort();
    accept(socket);
  }

  String origin() {
    return "http://127.0.0.1:" + port;
  }

  String authority() {
    return "127.0.0.1:" + port;
  }

  /// The requests that no step has taken yet.
  BlockingQueue<Asked> asked() {
    return asked;
  }

  /// How many requests have not been answered to the end.
  int unanswered() {
    return unanswered.get();
  }

  /// Refuses connections from now on, and closes those that are open.
  void down() throws IOException {
    ServerSocket socket = listening;
    listening = null;
    if (socket != null) {
      socket.close();
    }
    for (Socket connection : connections) {
      connection.close();
    }
  }

  /// Ends the connections, none of which has a request under way, and waits until the other side
  /// has noticed: the next request comes on a new one.
  void endConnections() throws IOException, InterruptedException {
    for (Socket connection : connections) {
      connection.shutdownOutput();
    }
    Patience.until(connections::isEmpty, () -> "a connection to the target stays open");
  }

  void up() throws IOException {
    if (listening == null) {
      accept(listen(port));
    }
  }

  @Override
  public void close() throws IOException {
    down();
  }

  private static ServerSocket listen(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 2_000);
    return socket;
  }

  private void accept(ServerSocket socket) {
    listening = socket;
    Thread.ofVirtual()
        .name("target")
        .start(
            () -> {
              try {
                while (true) {
                  Socket connection = socket.accept();
                  connections.add(connection);
                  Thread.ofVirtual().name("target connection").start(() -> serve(connection));
                }
              } catch (IOException closed) {
                // down() closed it.
              }
            });
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      Wire wire = new Wire(new BufferedInputStream(connection.getInputStream()));
      while (true) {
        Asked next = new Asked(connection, wire.line(), wire.fields());
        next.readBody(wire);
        unanswered.incrementAndGet();
        asked.add(next);
        next.awaitAnswered();
        unanswered.decrementAndGet();
      }
    } catch (IOException gone) {
      // The other side closed the connection, or the scenario did.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connections.remove(connection);
    }
  }
}
