package dev.terrace.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads and writes HTTP/1.1 messages, byte for byte and with no more judgement than framing needs.
/// Bytes are written from text, a character a byte.
final class Wire {
  static final String CRLF = "\r\n";

  /// Takes the bytes of a body as they come.
  interface Sink {
    void write(byte[] bytes);
  }

  private final InputStream in;

  Wire(InputStream in) {
    this.in = in;
  }

  /// The next line without its end.
  ///
  /// @throws EOFException if the stream ends before it
  String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the connection ended after " + line.size() + " bytes of a line");
      }
      line.write(next);
    }
    String text = line.toString(ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  List<Field> fields() throws IOException {
    List<Field> fields = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      fields.add(Field.parse(line));
    }
    return List.copyOf(fields);
  }

  void exactly(long bytes, Sink sink) throws IOException {
    byte[] buffer = new byte[64 * 1024];
    for (long left = bytes; left > 0; ) {
      int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (count < 0) {
        throw new EOFException("the body ended " + left + " bytes short");
      }
      sink.write(Arrays.copyOf(buffer, count));
      left -= count;
    }
  }

  void untilClose(Sink sink) throws IOException {
    byte[] buffer = new byte[64 * 1024];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      sink.write(Arrays.copyOf(buffer, count));
    }
  }

  /// @return the trailers
  List<Field> chunked(Sink sink) throws IOException {
    for (; ; ) {
      long size = Long.parseLong(line().replaceFirst(";.*", "").trim(), 16);
      if (size == 0) {
        return fields();
      }
      exactly(size, sink);
      if (!line().isEmpty()) {
        throw new IOException("a chunk of " + size + " bytes has no end");
      }
    }
  }

  static boolean isChunked(List<Field> fields) {
    return Field.values(fields, "Transfer-Encoding").stream()
        .anyMatch(value -> value.equalsIgnoreCase("chunked"));
  }

  static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  static String head(String firstLine, List<Field> fields) {
    StringBuilder head = new StringBuilder(firstLine).append(CRLF);
    for (Field field : fields) {
      head.append(field).append(CRLF);
    }
    return head.append(CRLF).toString();
  }

  static String chunk(String bytes) {
    return bytes.isEmpty() ? "" : Integer.toHexString(bytes.length()) + CRLF + bytes + CRLF;
  }

  static String lastChunk(List<Field> trailers) {
    return head("0", trailers);
  }
}
