package dev.terrace.layer.file;

import dev.terrace.layer.Entry;
import dev.terrace.layer.Eviction;
import dev.terrace.layer.MalformedEntryException;
import dev.terrace.layer.StoredResponse;
import dev.terrace.purge.Fence;
import dev.terrace.purge.Fenced;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.Expiry;
import dev.terrace.rules.VariantKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Finds entries among the files: of the few that belong to a key, the newest that answers. Blocks
/// on the disk; safe for use by any thread.
final class Lookups {
  /// A use is noted at most this often.
  private static final Duration USE_INTERVAL = Duration.ofMinutes(1);

  /// Of files that belong to another journal: of no lineage.
  private static final Fence FOREIGN = new Fence(0, Long.MAX_VALUE);

  private final Shelf shelf;
  private final Store store;
  private final Expiry expiry;
  private final Eviction eviction;

  Lookups(Shelf shelf, Store store, Expiry expiry, Eviction eviction) {
    this.shelf = shelf;
    this.store = store;
    this.expiry = expiry;
    this.eviction = eviction;
  }

  Optional<StoredResponse> newest(CacheKey key, Predicate<VariantKey> accepts, Instant now)
      throws IOException {
    long changesBefore = shelf.open().changes(key);
    List<Path> paths = shelf.folders().files(key);
    EntryFile newest = null;
    try {
      for (Path path : paths) {
        EntryFile file = shelf.sound(path).orElse(null);
        if (file == null) {
          continue;
        }
        if (answers(file, key, accepts, now)
            && (newest == null || file.receivedAt().isAfter(newest.receivedAt()))) {
          close(newest);
          newest = file;
        } else {
          close(file);
        }
      }
      if (newest == null) {
        return Optional.empty();
      }
      Optional<StoredResponse> found = response(newest);
      // Whose use is noted has other attributes from then on; the next lookup may keep it.
      if (found.isPresent()
          && noteUse(newest.path(), now) == Noting.NOT_DUE
          && paths.size() == 1
          && shelf.open().keep(newest, found.get().entry(), changesBefore, now)
              == OpenFiles.Keeping.KEPT) {
        newest = null;
      }
      return found;
    } finally {
      close(newest);
    }
  }

  private boolean answers(
      EntryFile file, CacheKey key, Predicate<VariantKey> accepts, Instant now) {
    Entry entry = file.entry();
    return entry.key().equals(key)
        && now.isBefore(expiry.of(entry.head()))
        && accepts.test(entry.variant());
  }

  private Optional<StoredResponse> response(EntryFile file) throws IOException {
    try {
      return Optional.of(new StoredResponse(owned(file), file.body(shelf::setAside)));
    } catch (MalformedEntryException e) {
      shelf.setAside(file.path(), e);
      return Optional.empty();
    }
  }

  /// What belongs to another journal shows a fence that no table knows.
  private Entry owned(EntryFile file) {
    Entry entry = file.entry();
    if (file.owner().id().equals(store.id()) && file.owner().boot() <= store.boot()) {
      return entry;
    }
    return new Entry(
        entry.key(),
        entry.variant(),
        entry.head(),
        new Fenced(FOREIGN, entry.fenced().url(), entry.fenced().tags()),
        entry.gateDigest());
  }

  private enum Noting {
    DONE,
    NOT_DUE
  }

  private Noting noteUse(Path path, Instant now) {
    if (eviction == Eviction.FIFO) {
      return Noting.NOT_DUE;
    }
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.lastModifiedTime().toInstant().plus(USE_INTERVAL).isBefore(now)) {
        Files.setLastModifiedTime(path, FileTime.from(now));
        return Noting.DONE;
      }
    } catch (IOException e) {
      // On a disk that cannot be written to nothing makes room either.
    }
    return Noting.NOT_DUE;
  }

  private static void close(@Nullable EntryFile file) {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      // It was only read from: nothing is lost.
    }
  }
}
