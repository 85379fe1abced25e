package dev.terrace.layer.file;

import dev.terrace.purge.Fence;
import java.io.IOException;
import java.util.UUID;

/// The journal that the files of a layer belong to. A file says whose it is; one of another journal
/// is suspect, since purges that cover it may stand there alone.
public interface Store {
  UUID id();

  /// How many times the journal has been opened.
  long boot();

  /// Returns once every purge up to this fence would survive a crash, so that no file ever carries
  /// a fence that its journal does not know.
  ///
  /// @throws IOException if the journal cannot be written; the file is not, then
  void secure(Fence fence) throws IOException;
}
