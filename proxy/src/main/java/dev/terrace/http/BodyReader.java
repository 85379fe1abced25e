package dev.terrace.http;

import java.io.IOException;
import java.nio.ByteBuffer;

/// A body that is read once, from front to end, by one thread at a time.
///
/// Reading blocks; it is meant for virtual threads. Who obtained the reader closes it, at any
/// moment: closing before the end tells the sender to stop.
public interface BodyReader extends AutoCloseable {
  /// The next bytes; a buffer without remaining bytes is the end. The buffer belongs to the caller
  /// but its bytes may be shared: they are not written to.
  ///
  /// @throws IOException if the body broke off before its end as its framing states it, or a
  ///   deadline passed
  ByteBuffer read() throws IOException;

  /// The trailer fields; known once the end was read, before that [Headers#EMPTY].
  default Headers trailers() {
    return Headers.EMPTY;
  }

  @Override
  void close();

  /// A body of no bytes.
  static BodyReader empty() {
    return of(ByteBuffer.allocate(0));
  }

  /// A body that is one buffer.
  static BodyReader of(ByteBuffer bytes) {
    return new BodyReader() {
      private ByteBuffer next = bytes.duplicate();

      @Override
      public ByteBuffer read() {
        ByteBuffer result = next;
        next = ByteBuffer.allocate(0);
        return result;
      }

      @Override
      public void close() {}
    };
  }
}
