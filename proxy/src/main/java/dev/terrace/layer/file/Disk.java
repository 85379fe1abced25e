package dev.terrace.layer.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// What the layer changes on disk, so that a test can let any change fail or be the last one.
interface Disk {
  /// A file that is being written.
  interface Output extends Closeable {
    /// Takes all bytes.
    void write(ByteBuffer bytes) throws IOException;
  }

  /// Creates a file that did not exist, readable by its owner alone.
  Output create(Path path) throws IOException;

  /// Replaces `to`, at once and whole.
  void rename(Path from, Path to) throws IOException;

  /// Harmless if there is no such file.
  void delete(Path path) throws IOException;
}
