package dev.terrace.flow;

import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import java.io.IOException;
import java.nio.ByteBuffer;

/// The bytes of a stored part and, after them, those that the target sends. Used by one thread.
final class CompletedBody implements BodyReader {
  private final BodyReader front;
  private final BodyReader rest;
  private boolean frontRead;
  private long toSkip;
  private long left;

  /// @param front the stored bytes
  /// @param rest what the target sends; both are closed here
  /// @param skip how many of its first bytes `front` has already
  /// @param left how many must follow these: more or fewer are a body that breaks off
  CompletedBody(BodyReader front, BodyReader rest, long skip, long left) {
    this.front = front;
    this.rest = rest;
    this.toSkip = skip;
    this.left = left;
  }

  @Override
  public ByteBuffer read() throws IOException {
    if (!frontRead) {
      ByteBuffer stored = front.read();
      if (stored.hasRemaining()) {
        return stored;
      }
      frontRead = true;
    }
    ByteBuffer next = rest.read();
    while (next.hasRemaining() && next.remaining() <= toSkip) {
      toSkip -= next.remaining();
      next = rest.read();
    }
    ByteBuffer bytes = next.duplicate();
    if (bytes.hasRemaining()) {
      bytes.position(bytes.position() + (int) toSkip);
      toSkip = 0;
    }
    left -= bytes.remaining();
    if (left < 0 || (left > 0 && !bytes.hasRemaining())) {
      throw new IOException("the target's body is not as long as its Content-Range");
    }
    return bytes;
  }

  @Override
  public Headers trailers() {
    return rest.trailers();
  }

  @Override
  public void close() {
    front.close();
    rest.close();
  }
}
