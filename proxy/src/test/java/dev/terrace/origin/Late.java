package dev.terrace.origin;

import dev.terrace.http.BodyReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/// A body whose pieces come when the test gives them; "" ends it, and [#BREAK] breaks it off.
final class Late implements BodyReader {
  static final String BREAK = "\0break";

  private final BlockingQueue<String> pieces = new LinkedBlockingQueue<>();

  Late() {}

  Late(CompletableFuture<String> first) {
    first.thenAccept(this::give);
  }

  void give(String piece) {
    pieces.add(piece);
  }

  @Override
  public ByteBuffer read() throws IOException {
    try {
      String piece = pieces.take();
      if (piece.equals(BREAK)) {
        throw new IOException("the client left");
      }
      return ByteBuffer.wrap(piece.getBytes(StandardCharsets.ISO_8859_1));
    } catch (InterruptedException e) {
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    }
  }

  @Override
  public void close() {}
}
