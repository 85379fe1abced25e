package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// One connection, whose requests are the same bytes whenever they ask for the same.
final class OneConnection implements AutoCloseable {
  private final Socket socket;

  OneConnection(int port) throws IOException {
    socket = new Socket(InetAddress.getByName("127.0.0.1"), port);
    socket.setSoTimeout(20_000);
    socket.setTcpNoDelay(true);
  }

  String get(String path, String... fields) throws IOException {
    return ask("GET " + path, fields);
  }

  /// The head of the answer; its body is read past.
  String ask(String methodAndPath, String... fields) throws IOException {
    return exchange(methodAndPath, fields).head();
  }

  /// @param head of an answer, the empty line included
  /// @param body as ISO 8859-1
  record Answer(String head, String body) {}

  Answer exchange(String methodAndPath, String... fields) throws IOException {
    StringBuilder head = new StringBuilder(methodAndPath + " HTTP/1.1\r\nHost: localhost\r\n");
    for (String field : fields) {
      head.append(field).append("\r\n");
    }
    head.append("\r\n");
    socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf("\r\n\r\n") < 0) {
      int next = socket.getInputStream().read();
      assertThat(next).as("after %s", answer).isNotNegative();
      answer.append((char) next);
    }
    String lower = answer.toString().toLowerCase(Locale.ROOT);
    int length = lower.indexOf("\r\ncontent-length: ") + "\r\ncontent-length: ".length();
    if (methodAndPath.startsWith("HEAD ") || answer.indexOf(" 304 ") == 8) {
      return new Answer(answer.toString(), "");
    }
    int bytes = Integer.parseInt(lower.substring(length, lower.indexOf('\r', length)));
    byte[] body = socket.getInputStream().readNBytes(bytes);
    assertThat(body).hasSize(bytes);
    return new Answer(answer.toString(), new String(body, StandardCharsets.ISO_8859_1));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
