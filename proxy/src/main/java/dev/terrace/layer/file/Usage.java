package dev.terrace.layer.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicLong;

/// How many files there are and how many bytes they take up. At the start nobody knows: the
/// directories of the upper level are counted one after the other behind everyone's back, and a
/// change counts only where its directory has been counted.
///
/// Whoever changes or counts what is below such a directory holds its lock; that lock is held
/// across the one or two calls to the disk that the change is. Safe for use by any thread.
final class Usage {
  private final Object[] locks = new Object[Folders.TOPS];
  private final AtomicLong entries = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private volatile int counted;

  Usage() {
    for (int i = 0; i < locks.length; i++) {
      locks[i] = new Object();
    }
  }

  Object lock(int top) {
    return locks[top];
  }

  /// Adds what is below the next directory; the caller holds its lock.
  void count(int top, Iterable<Path> files) throws IOException {
    for (Path file : files) {
      entries.incrementAndGet();
      bytes.addAndGet(
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).size());
    }
    counted = top + 1;
  }

  void added(int top, long fileBytes) {
    change(top, 1, fileBytes);
  }

  void dropped(int top, long fileBytes) {
    change(top, -1, -fileBytes);
  }

  long entries() {
    return entries.get();
  }

  long bytes() {
    return bytes.get();
  }

  boolean isCounted() {
    return counted == Folders.TOPS;
  }

  private void change(int top, int files, long fileBytes) {
    if (top < counted) {
      entries.addAndGet(files);
      bytes.addAndGet(fileBytes);
    }
  }
}
