package dev.terrace.observe;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Appends to the file of a name: once that was renamed or removed, a new one of the same name is
/// begun. Looked at once a second at most, before something is written; what comes in between goes
/// to the old file, and nothing is lost. Used by one thread.
final class RotatedFile extends OutputStream {
  private static final Logger LOG = LoggerFactory.getLogger(RotatedFile.class);
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

  private final Path file;
  private OutputStream open;
  private @Nullable Object key;
  private long checkedNanos = System.nanoTime();

  /// @throws IOException if the file cannot be opened for appending
  RotatedFile(Path file) throws IOException {
    this.file = file;
    this.open = new FileOutputStream(file.toFile(), true);
    this.key = key(file);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    long now = System.nanoTime();
    if (now - checkedNanos > CHECK_INTERVAL.toNanos()) {
      checkedNanos = now;
      reopenIfRotated();
    }
    open.write(bytes, offset, length);
  }

  private void reopenIfRotated() throws IOException {
    if (key != null && key.equals(key(file))) {
      return;
    }
    OutputStream old = open;
    try {
      open = new FileOutputStream(file.toFile(), true);
      key = key(file);
    } catch (IOException e) {
      LOG.warn("access log: lines go on to the file that was renamed: {}", e.getMessage());
      return;
    }
    old.close();
  }

  /// What tells a file from another of its name; null if there is none.
  private static @Nullable Object key(Path file) {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (IOException missing) {
      return null;
    }
  }

  @Override
  public void flush() throws IOException {
    open.flush();
  }

  @Override
  public void close() throws IOException {
    open.close();
  }
}
