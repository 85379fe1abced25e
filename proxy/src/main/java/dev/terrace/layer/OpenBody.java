package dev.terrace.layer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// A whole body in a file that its layer holds open, every byte of which was verified since this
/// process opened it. An event loop may use it: what it reads lies in memory, if the system has not
/// needed that memory for something else in the last minute.
///
/// The file is the layer's, which closes it once it has let go of it and nobody uses it any more:
/// who uses it has acquired it, and releases it once. Safe for use by any thread.
public interface OpenBody {
  /// Whether the file can be used.
  enum Hold {
    /// Until it is released.
    ACQUIRED,
    /// It was closed meanwhile.
    GONE
  }

  Hold acquire();

  /// Once for each time that it was acquired.
  void release();

  /// For sending from it at given places, while it is acquired; its position means nothing.
  FileChannel channel();

  /// The place of the first byte of the body in the file.
  long at();

  /// How many bytes the body has.
  long bytes();

  /// Reads the whole body and verifies it once more, while it is acquired.
  ///
  /// @param target with room for [#bytes] exactly, filled afterwards
  /// @throws IOException if it cannot be read, or is not what was stored: what `target` holds is of
  ///   no use then
  void read(ByteBuffer target) throws IOException;
}
