package dev.terrace.layer.file;

import dev.terrace.layer.Entry;
import dev.terrace.layer.MalformedEntryException;
import dev.terrace.rules.Expiry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/// The files of the layer under their names. Whatever makes a file visible or takes it away passes
/// here, where it is counted and [OpenFiles] hears of it. Safe for use by any thread.
final class Shelf {
  private final Folders folders;
  private final Usage usage = new Usage();
  private final Disk disk;
  private final Outage outage;
  private final OpenFiles open;
  private final LongAdder setAside = new LongAdder();

  /// @param open made with this shelf's [#setAside]
  Shelf(
      Folders folders, Disk disk, Outage outage, Function<EntryFile.CorruptFiles, OpenFiles> open) {
    this.open = open.apply(this::setAside);
    this.folders = folders;
    this.disk = disk;
    this.outage = outage;
  }

  Folders folders() {
    return folders;
  }

  Usage usage() {
    return usage;
  }

  OpenFiles open() {
    return open;
  }

  /// How many files were set aside.
  long setAside() {
    return setAside.sum();
  }

  /// The file, open, if it is one of the layer and lies under its own name. What is there and is
  /// none is set aside.
  Optional<EntryFile> sound(Path path) throws IOException {
    try {
      EntryFile file = EntryFile.open(path);
      if (path.equals(folders.file(file.entry()))) {
        return Optional.of(file);
      }
      file.close();
      throw new MalformedEntryException("it lies under the name of another entry");
    } catch (MalformedEntryException e) {
      setAside(path, e);
      return Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /// Whether it is past every window at `now`; what is no sound file is not.
  boolean isExpired(Path path, Expiry expiry, Instant now) throws IOException {
    Optional<EntryFile> stored = sound(path);
    if (stored.isEmpty()) {
      return false;
    }
    try (EntryFile file = stored.get()) {
      return !now.isBefore(expiry.of(file.entry().head()));
    }
  }

  /// Whether a file that is there forbids that another takes its place.
  interface Precedence {
    boolean stays(Path there) throws IOException;
  }

  /// Gives a temporary file the name of this entry, in place of the one that has it; unless that
  /// one is to stay: then the temporary file is dropped.
  ///
  /// @param fileBytes of the temporary file
  /// @param now its time from then on
  void put(Entry entry, Path temp, long fileBytes, Instant now, Precedence precedence)
      throws IOException {
    int top = Folders.top(entry.key());
    Path target = folders.file(entry);
    folders.makeParents(target);
    try {
      synchronized (usage.lock(top)) {
        if (precedence.stays(target)) {
          disk.delete(temp);
          return;
        }
        long replaced = fileBytes(target);
        Files.setLastModifiedTime(temp, FileTime.from(now));
        disk.rename(temp, target);
        if (replaced >= 0) {
          usage.dropped(top, replaced);
        }
        usage.added(top, fileBytes);
      }
    } finally {
      open.changed(target);
    }
  }

  /// What became of the wish to delete.
  enum Deletion {
    DONE,
    NOT_THERE
  }

  Deletion delete(Path path) throws IOException {
    int top = Folders.top(path);
    try {
      synchronized (usage.lock(top)) {
        long fileBytes = fileBytes(path);
        if (fileBytes < 0) {
          return Deletion.NOT_THERE;
        }
        disk.delete(path);
        usage.dropped(top, fileBytes);
        return Deletion.DONE;
      }
    } finally {
      open.changed(path);
    }
  }

  /// Takes a file out of use that is corrupt, cut, foreign or of another version.
  void setAside(Path path, MalformedEntryException why) {
    int top = Folders.top(path);
    try {
      synchronized (usage.lock(top)) {
        long fileBytes = fileBytes(path);
        // Not there any more: another reader found it out first.
        if (fileBytes >= 0) {
          setAside.increment();
          folders.setAside(path);
          usage.dropped(top, fileBytes);
        }
      }
    } catch (IOException e) {
      outage.failed(e);
    } finally {
      open.changed(path);
    }
  }

  /// Counts what is below this directory of the upper level.
  void count(int top) throws IOException {
    synchronized (usage.lock(top)) {
      usage.count(top, folders.below(top));
    }
  }

  /// -1 if it is not there.
  private static long fileBytes(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .size();
    } catch (NoSuchFileException e) {
      return -1;
    }
  }
}
