package dev.terrace.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// A request that the target got, and the way to answer it.
final class Asked {
  private final Socket connection;
  private final String requestLine;
  private final List<Field> fields;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private final CountDownLatch answered = new CountDownLatch(1);
  private List<Field> trailers = List.of();
  private boolean chunkedAnswer;

  Asked(Socket connection, String requestLine, List<Field> fields) {
    this.connection = connection;
    this.requestLine = requestLine;
    this.fields = fields;
  }

  /// Reads what its framing says, with a 100 for who waits for one.
  void readBody(Wire wire) throws IOException {
    boolean waits =
        Field.values(fields, "Expect").stream().anyMatch("100-continue"::equalsIgnoreCase);
    if (waits) {
      write(Wire.head("HTTP/1.1 100 Continue", List.of()));
    }
    List<String> length = Field.values(fields, "Content-Length");
    if (Wire.isChunked(fields)) {
      trailers = wire.chunked(body::writeBytes);
    } else if (!length.isEmpty()) {
      wire.exactly(Long.parseLong(length.getFirst()), body::writeBytes);
    }
  }

  /// Waits until the answer is at its end.
  void awaitAnswered() throws InterruptedException {
    answered.await();
  }

  /// The bare connection, for a tunnel.
  Socket connection() {
    return connection;
  }

  String method() {
    return requestLine.split(" ", -1)[0];
  }

  String requestLine() {
    return requestLine;
  }

  List<Field> fields() {
    return fields;
  }

  List<Field> trailers() {
    return trailers;
  }

  String body() {
    return body.toString(ISO_8859_1);
  }

  /// Writes a head. The body that follows goes through [#send].
  void begin(int status, List<Field> head) throws IOException {
    chunkedAnswer = Wire.isChunked(head);
    write(Wire.head("HTTP/1.1 " + status + " Scripted", head));
  }

  void send(String bytes) throws IOException {
    write(chunkedAnswer ? Wire.chunk(bytes) : bytes);
  }

  /// Ends the answer; the connection stays open for the next request.
  void end(List<Field> trailing) throws IOException {
    if (chunkedAnswer) {
      write(Wire.lastChunk(trailing));
    }
    answered.countDown();
  }

  void write(String bytes) throws IOException {
    connection.getOutputStream().write(Wire.bytes(bytes));
    connection.getOutputStream().flush();
  }

  /// Closes the connection in good order.
  void close() throws IOException {
    connection.close();
    answered.countDown();
  }

  /// Resets the connection.
  void reset() throws IOException {
    connection.setSoLinger(true, 0);
    close();
  }

  @Override
  public String toString() {
    StringBuilder all = new StringBuilder(requestLine);
    fields.forEach(field -> all.append("\n  ").append(field));
    return all.toString();
  }
}
