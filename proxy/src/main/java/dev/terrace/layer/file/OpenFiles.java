package dev.terrace.layer.file;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.terrace.layer.Entry;
import dev.terrace.layer.StoredResponse;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.Expiry;
import dev.terrace.rules.VariantKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A bounded number of files that were verified lately, kept open so that event loops can answer
/// from them: by the digest of the key, where the key has one file and its body is one block at
/// most.
///
/// A file is let go of when it changes ([#changed], which whoever changes a file calls), when it is
/// found changed by somebody else, when others are used more often, and a minute after it was
/// verified: the next lookup on a thread of the layer notes its use and verifies it anew, so that
/// what an event loop reads was read from the disk lately. Safe for use by any thread.
final class OpenFiles implements AutoCloseable {
  static final int MOST_FILES = 1_000;
  static final Duration LONGEST_HELD = Duration.ofMinutes(1);

  /// Keys that event loops asked for in vain and are remembered; a power of two.
  private static final int WANTED = 1 << 10;

  private final Expiry expiry;
  private final Pace pace;
  private final Executor closing;
  private final EntryFile.CorruptFiles corrupt;
  private final Cache<String, HeldFile> held;

  /// By directory of the upper level, how often something below it has changed.
  private final AtomicLongArray changes = new AtomicLongArray(Folders.TOPS);

  /// By hash, the digest that was asked for last: what no event loop asks for is not kept open.
  private final AtomicReferenceArray<String> wanted = new AtomicReferenceArray<>(WANTED);

  private volatile boolean closed;

  /// @param closing where files are closed
  /// @param corrupt told of files that turn out to be corrupt
  OpenFiles(Expiry expiry, Pace pace, Executor closing, EntryFile.CorruptFiles corrupt) {
    this.expiry = expiry;
    this.pace = pace;
    this.closing = closing;
    this.corrupt = corrupt;
    this.held =
        Caffeine.newBuilder()
            .maximumSize(MOST_FILES)
            .executor(Runnable::run)
            .removalListener(OpenFiles::letGo)
            .build();
  }

  private static void letGo(@Nullable String digest, @Nullable HeldFile file, RemovalCause cause) {
    if (file != null) {
      file.release();
    }
  }

  /// What answers at once; blocks no longer than it takes to ask the system about an open file.
  Optional<StoredResponse> find(CacheKey key, Predicate<VariantKey> accepts, Instant now) {
    if (closed || pace.isOff()) {
      return Optional.empty();
    }
    HeldFile file = held.getIfPresent(key.digest());
    if (file == null) {
      want(key.digest());
      return Optional.empty();
    }
    if (!isRecent(file, now) || !file.isUnchanged()) {
      held.asMap().remove(key.digest(), file);
      want(key.digest());
      return Optional.empty();
    }
    Entry entry = file.response().entry();
    return entry.key().equals(key)
            && now.isBefore(expiry.of(entry.head()))
            && accepts.test(entry.variant())
        ? Optional.of(file.response())
        : Optional.empty();
  }

  /// Not from the future either: the clock may have been set back.
  private static boolean isRecent(HeldFile file, Instant now) {
    return !now.isBefore(file.verifiedAt()) && now.isBefore(file.verifiedAt().plus(LONGEST_HELD));
  }

  /// To be asked before the files of this key are listed, and given to [#keep].
  long changes(CacheKey key) {
    return changes.get(Folders.top(key));
  }

  /// Whether a file is worth keeping.
  enum Keeping {
    /// It belongs to the open files now, which close it.
    KEPT,
    DECLINED
  }

  /// Keeps a file open if an event loop asked for it, and nothing has changed since
  /// `changesBefore`.
  ///
  /// @param file the only one of its key, its body verified just now
  /// @param entry of it, as lookups show it
  Keeping keep(EntryFile file, Entry entry, long changesBefore, Instant now) {
    String digest = entry.key().digest();
    if (file.bodyBytes() > Blocks.BLOCK_BYTES || !digest.equals(wanted.get(slot(digest)))) {
      return Keeping.DECLINED;
    }
    HeldFile kept = new HeldFile(file, entry, now, corrupt, pace, closing);
    int top = Folders.top(entry.key());
    // One step, so that no change falls between asking for it and keeping the file.
    HeldFile result =
        held.asMap()
            .compute(
                digest, (_, there) -> closed || changes.get(top) != changesBefore ? there : kept);
    return result == kept ? Keeping.KEPT : Keeping.DECLINED;
  }

  /// Lets go of the file of this key: this path is, or was, one of its files and has changed.
  void changed(Path path) {
    changes.incrementAndGet(Folders.top(path));
    held.invalidate(Folders.digest(path));
  }

  /// How many are open.
  long size() {
    held.cleanUp();
    return held.estimatedSize();
  }

  private void want(String digest) {
    int slot = slot(digest);
    if (!digest.equals(wanted.get(slot))) {
      wanted.set(slot, digest);
    }
  }

  private static int slot(String digest) {
    return digest.hashCode() & WANTED - 1;
  }

  /// Lets go of all of them, and keeps none any more.
  @Override
  public void close() {
    closed = true;
    held.invalidateAll();
  }
}
