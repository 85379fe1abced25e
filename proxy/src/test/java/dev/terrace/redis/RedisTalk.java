package dev.terrace.redis;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A conversation with a Redis over a bare socket, in RESP2, so that servers are set up and looked
/// at without the client that is tested. Not for use by several threads.
public final class RedisTalk implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;

  private final Socket socket;
  private final InputStream in;

  private RedisTalk(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /// @param tls empty: cleartext
  static RedisTalk to(int port, Optional<RedisCertificates> tls) throws IOException {
    Socket socket =
        tls.isPresent()
            ? tls.get().clientContext().getSocketFactory().createSocket()
            : new Socket();
    try {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
      return new RedisTalk(socket);
    } catch (IOException failure) {
      socket.close();
      throw failure;
    }
  }

  /// One command, and its answer in plain text: arrays have a line for each member.
  ///
  /// @throws IOException for an error reply, too
  public String ask(String... words) throws IOException {
    send(words);
    return read();
  }

  /// Sends without waiting.
  public void send(String... words) throws IOException {
    StringBuilder text = new StringBuilder().append('*').append(words.length).append("\r\n");
    for (String word : words) {
      int bytes = word.getBytes(StandardCharsets.UTF_8).length;
      text.append('$').append(bytes).append("\r\n").append(word).append("\r\n");
    }
    socket.getOutputStream().write(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /// The next answer.
  public String read() throws IOException {
    String line = line();
    String rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+', ':' -> rest;
      case '-' -> throw new IOException(rest);
      case '$' -> bulk(Integer.parseInt(rest));
      case '*' -> members(Integer.parseInt(rest));
      default -> throw new IOException("not RESP2: " + line);
    };
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private String bulk(int bytes) throws IOException {
    if (bytes < 0) {
      return "";
    }
    String text = new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
    in.readNBytes(2);
    return text;
  }

  private String members(int count) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : "\n").append(read());
    }
    return text.toString();
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\r'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the connection ended");
      }
      line.append((char) c);
    }
    in.readNBytes(1);
    return line.toString();
  }
}
