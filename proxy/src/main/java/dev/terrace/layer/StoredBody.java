package dev.terrace.layer;

import dev.terrace.http.BodyReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/// The complete body of a stored response.
public interface StoredBody {
  /// How many bytes it has.
  long bytes();

  /// A reader from byte `offset` for `length` bytes.
  ///
  /// @throws IOException if the layer cannot give it any more: the entry counts as missing
  BodyReader open(long offset, long length) throws IOException;

  /// The whole body where it lies in memory as one buffer, for the caller to read alone.
  default Optional<ByteBuffer> inMemory() {
    return Optional.empty();
  }

  /// The whole body where it lies in a file that is open and verified.
  default Optional<OpenBody> inOpenFile() {
    return Optional.empty();
  }
}
