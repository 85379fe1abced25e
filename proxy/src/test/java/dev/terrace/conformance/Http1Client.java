package dev.terrace.conformance;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/// An HTTP/1.1 client on a bare socket, so that any bytes can be sent and every byte of the answer
/// is seen. Used by one thread.
final class Http1Client implements Client {
  private final SocketFactory sockets;
  private final int port;
  private @Nullable Socket socket;
  private @Nullable BufferedInputStream input;

  Http1Client(SocketFactory sockets, int port) {
    this.sockets = sockets;
    this.port = port;
  }

  @Override
  public Reception ask(Ask ask) {
    return send(bytes(ask), ask.method());
  }

  /// Sends these bytes and receives one answer.
  Reception askExactly(String bytes) {
    return send(Wire.bytes(bytes), "");
  }

  private Reception send(byte[] bytes, String method) {
    Reception reception = new Reception();
    Thread.ofVirtual()
        .name("client")
        .start(
            () -> {
              try {
                OutputStream out = connected().getOutputStream();
                out.write(bytes);
                out.flush();
                receive(method, reception);
              } catch (IOException | RuntimeException e) {
                drop();
                reception.breakOff(e);
              }
            });
    return reception;
  }

  private byte[] bytes(Ask ask) {
    List<Field> fields = new ArrayList<>();
    if (!Field.has(ask.fields(), "Host")) {
      fields.add(new Field("Host", "localhost:" + port));
    }
    fields.addAll(ask.fields());
    boolean framed = Field.has(fields, "Content-Length") || Field.has(fields, "Transfer-Encoding");
    if (!ask.body().isEmpty() && !framed) {
      fields.add(new Field("Content-Length", Integer.toString(ask.body().length())));
    }
    String requestLine = ask.method() + " " + ask.target() + " " + ask.version();
    return Wire.bytes(Wire.head(requestLine, fields) + ask.body());
  }

  private void receive(String method, Reception reception) throws IOException {
    Wire wire = new Wire(java.util.Objects.requireNonNull(input));
    for (; ; ) {
      String[] statusLine = wire.line().split(" ", 3);
      int status = Integer.parseInt(statusLine[1]);
      List<Field> fields = wire.fields();
      if (status / 100 == 1 && status != 101) {
        reception.early(status, fields);
        continue;
      }
      reception.begin(status, fields);
      List<Field> trailers = body(wire, method, status, fields, reception);
      if (closes(fields) || !statusLine[0].equals("HTTP/1.1")) {
        drop();
      }
      reception.end(trailers);
      return;
    }
  }

  private List<Field> body(
      Wire wire, String method, int status, List<Field> fields, Reception reception)
      throws IOException {
    if (method.equals("HEAD") || status == 204 || status == 304 || status == 101) {
      return List.of();
    }
    if (Wire.isChunked(fields)) {
      return wire.chunked(reception::body);
    }
    List<String> length = Field.values(fields, "Content-Length");
    if (length.isEmpty()) {
      wire.untilClose(reception::body);
      drop();
    } else {
      wire.exactly(Long.parseLong(length.getFirst()), reception::body);
    }
    return List.of();
  }

  private static boolean closes(List<Field> fields) {
    return Field.values(fields, "Connection").stream().anyMatch("close"::equalsIgnoreCase);
  }

  private synchronized Socket connected() throws IOException {
    if (socket == null) {
      Socket opened = sockets.createSocket(InetAddress.getLoopbackAddress(), port);
      opened.setTcpNoDelay(true);
      input = new BufferedInputStream(opened.getInputStream());
      socket = opened;
    }
    return socket;
  }

  private synchronized void drop() {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException ignored) {
      // It is gone either way.
    }
    socket = null;
  }

  @Override
  public void close() {
    drop();
  }
}
