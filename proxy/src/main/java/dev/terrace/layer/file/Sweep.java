package dev.terrace.layer.file;

import dev.terrace.rules.Expiry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/// Drops what is expired, a bounded number of files at a time; each pass goes on where the last one
/// ended. Blocks on the disk; safe for use by any thread.
final class Sweep {
  /// One pass looks at no more files than this, but for those of one directory.
  private static final int MOST_FILES = 20_000;

  private final Shelf shelf;
  private final Expiry expiry;

  // Guarded by this.
  private int next;

  Sweep(Shelf shelf, Expiry expiry) {
    this.shelf = shelf;
    this.expiry = expiry;
  }

  /// @return how many files it dropped
  synchronized long pass(Instant now) throws IOException {
    long swept = 0;
    int looked = 0;
    for (int i = 0; i < Folders.TOPS && looked < MOST_FILES; i++) {
      for (Path path : shelf.folders().below(next)) {
        looked++;
        if (shelf.isExpired(path, expiry, now)) {
          shelf.delete(path);
          swept++;
        }
      }
      next = (next + 1) % Folders.TOPS;
    }
    return swept;
  }
}
