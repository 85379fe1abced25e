package dev.terrace.origin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ServerSocketFactory;

/// A target that sends exactly the bytes its script says, on a real socket of the loopback
/// interface.
final class RawTarget implements AutoCloseable {
  /// What it does with one connection; each runs on a virtual thread.
  interface Script {
    void play(Connection connection) throws Exception;
  }

  private final ServerSocket listener;
  private final Script script;
  private final String scheme;
  private final List<Connection> connections = new CopyOnWriteArrayList<>();

  RawTarget(Script script) {
    this(ServerSocketFactory.getDefault(), "http", script);
  }

  RawTarget(ServerSocketFactory sockets, String scheme, Script script) {
    this(sockets, scheme, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), script);
  }

  RawTarget(ServerSocketFactory sockets, String scheme, InetSocketAddress at, Script script) {
    this.script = script;
    this.scheme = scheme;
    try {
      listener = sockets.createServerSocket(at.getPort(), 50, at.getAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  URI uri() {
    return URI.create(scheme + "://127.0.0.1:" + listener.getLocalPort());
  }

  /// Those accepted so far.
  List<Connection> connections() {
    return connections;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Connection connection = new Connection(listener.accept(), connections.size());
        connections.add(connection);
        Thread.ofVirtual().start(() -> connection.play(script));
      } catch (IOException e) {
        // Closed, or a handshake that the client broke off.
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Connection connection : connections) {
      connection.socket.close();
    }
  }

  /// One connection, seen from the target.
  static final class Connection {
    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final int number;
    private final List<String> heads = new CopyOnWriteArrayList<>();

    private Connection(Socket socket, int number) throws IOException {
      this.socket = socket;
      this.number = number;
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.setTcpNoDelay(true);
    }

    private void play(Script script) {
      try (socket) {
        script.play(this);
      } catch (Exception e) {
        // The client hung up, which the tests look at from its side.
      }
    }

    /// Counted from 0 in the order of accepting.
    int number() {
      return number;
    }

    /// The heads of the requests that came.
    List<String> heads() {
      return heads;
    }

    InputStream in() throws IOException {
      return socket.getInputStream();
    }

    OutputStream out() throws IOException {
      return socket.getOutputStream();
    }

    Socket socket() {
      return socket;
    }

    /// The next request's head; empty if the client closed instead.
    String readHead() throws IOException {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      int end = 0;
      while (end < 4) {
        int b = in().read();
        if (b < 0) {
          return "";
        }
        head.write(b);
        end = b == (end % 2 == 0 ? '\r' : '\n') ? end + 1 : b == '\r' ? 1 : 0;
      }
      String text = head.toString(StandardCharsets.ISO_8859_1);
      heads.add(text);
      return text;
    }

    String readText(int bytes) throws IOException {
      return new String(in().readNBytes(bytes), StandardCharsets.ISO_8859_1);
    }

    void send(String text) throws IOException {
      out().write(text.getBytes(StandardCharsets.ISO_8859_1));
      out().flush();
    }

    /// Ends the connection with a TCP reset.
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    /// Waits until the client closes; what it still sends is returned.
    String readUntilClosed() {
      ByteArrayOutputStream rest = new ByteArrayOutputStream();
      try {
        in().transferTo(rest);
      } catch (java.net.SocketTimeoutException e) {
        throw new AssertionError("the client kept the connection open", e);
      } catch (IOException e) {
        // A reset closes, too.
      }
      return rest.toString(StandardCharsets.ISO_8859_1);
    }
  }

  /// Lines as HTTP/1.1 ends them; the last one is not ended.
  static String lines(String... lines) {
    return String.join("\r\n", lines);
  }

  /// Answers every request of a connection with these lines.
  static Script always(String... answer) {
    return connection -> {
      while (!connection.readHead().isEmpty()) {
        connection.send(lines(answer));
      }
    };
  }

  /// An address on which nothing listens.
  static URI nowhere() throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }
  }
}
