package dev.terrace.layer;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Takes the body of one entry; nothing of it is visible before [#commit]. Used by one thread at a
/// time. Who opened it ends it with `commit` or `abandon`, exactly once.
public interface EntryWriter {
  /// Takes the bytes between position and limit; the buffer may be kept, its bytes never change.
  ///
  /// @throws IOException if the layer cannot hold them; then only `abandon` remains
  void write(ByteBuffer bytes) throws IOException;

  /// Makes the entry visible, at once and whole, instead of the variant that it replaces.
  ///
  /// @throws IOException if that failed; nothing is visible then
  void commit() throws IOException;

  /// Drops what was written.
  void abandon();
}
