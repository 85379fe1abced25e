package dev.terrace.flow;

import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import dev.terrace.origin.OriginResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/// An answer whose body is cut after its first piece.
final class BrokenBody implements BodyReader {
  private ByteBuffer first;

  private BrokenBody(String text) {
    first = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  static OriginResult.Answer after(String text, String... fields) {
    return new OriginResult.Answer(
        new ResponseHead(200, Headers.of(fields)), new BrokenBody(text), OptionalLong.empty());
  }

  @Override
  public ByteBuffer read() throws IOException {
    if (!first.hasRemaining()) {
      throw new IOException("the target closed the connection in mid-body");
    }
    ByteBuffer result = first;
    first = ByteBuffer.allocate(0);
    return result;
  }

  @Override
  public void close() {}
}
