package dev.terrace.layer.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// A disk that does what the real one does until a given number of changes have been made.
final class FaultyDisk implements Disk {
  /// What happens from then on.
  enum Then {
    /// Every change fails, as on a full disk.
    FAIL,
    /// The process is gone: of the change under way half is done, and nothing happens any more.
    DIE
  }

  /// Ends the thread that was writing.
  static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private final Disk inner = new LocalDisk();
  private final Then then;
  private int changesLeft;

  FaultyDisk(int changes, Then then) {
    this.changesLeft = changes;
    this.then = then;
  }

  void fail() {
    changesLeft = 0;
  }

  void repair() {
    changesLeft = Integer.MAX_VALUE;
  }

  private boolean isOver() {
    return changesLeft-- <= 0;
  }

  private void end() throws IOException {
    switch (then) {
      case FAIL -> throw new IOException("No space left on device");
      case DIE -> throw new Killed();
    }
  }

  @Override
  public Output create(Path path) throws IOException {
    if (isOver()) {
      end();
    }
    Output output = inner.create(path);
    return new Output() {
      @Override
      public void write(ByteBuffer bytes) throws IOException {
        if (isOver()) {
          output.write(bytes.slice(bytes.position(), bytes.remaining() / 2));
          end();
        }
        output.write(bytes);
      }

      @Override
      public void close() throws IOException {
        output.close();
      }
    };
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    if (isOver()) {
      end();
    }
    inner.rename(from, to);
  }

  @Override
  public void delete(Path path) throws IOException {
    if (then == Then.DIE && isOver()) {
      end();
    }
    inner.delete(path);
  }
}
