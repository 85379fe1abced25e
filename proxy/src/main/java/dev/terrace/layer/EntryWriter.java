package dev.terrace.layer;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Takes the body of one entry; nothing of it is visible before [#commit]. Used by one thread at a
/// time. Who opened it ends it with `commit` or `abandon`; abandoning what has ended already is
/// harmless.
public interface EntryWriter {
  /// Takes the bytes between position and limit; the buffer may be kept, its bytes never change.
  ///
  /// @throws RefusedException if the body turns out to be more than the layer takes
  /// @throws IOException if the layer failed; after both only `abandon` remains
  void write(ByteBuffer bytes) throws IOException;

  /// Makes the entry visible, at once and whole, instead of the variant that it replaces.
  ///
  /// @throws IOException if that failed, or the body is not as long as was stated at opening;
  ///   nothing is visible then
  void commit() throws IOException;

  /// Drops what was written.
  void abandon();

  /// Whether the body stays in memory, within the bounds of its layer: then others may keep it
  /// there for as long. It may cease to.
  default boolean keepsInMemory() {
    return false;
  }
}
