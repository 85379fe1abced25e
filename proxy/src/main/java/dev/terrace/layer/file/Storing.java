package dev.terrace.layer.file;

import dev.terrace.layer.Entry;
import dev.terrace.layer.EntryFormat;
import dev.terrace.layer.EntryWriter;
import dev.terrace.layer.MalformedEntryException;
import dev.terrace.layer.Opening;
import dev.terrace.purge.Fence;
import dev.terrace.rules.Expiry;
import dev.terrace.rules.SkipReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How entries come to be files: written under a temporary name behind the fence that the journal
/// knows, then renamed. Blocks on the disk; safe for use by any thread.
final class Storing {
  /// One body takes up at most this part of the layer.
  private static final int BODY_FRACTION = 4;

  private final FileLayer.Settings settings;
  private final Shelf shelf;
  private final Store store;
  private final Expiry expiry;
  private final InstantSource clock;
  private final Disk disk;
  private final Room room;
  private final Outage outage;

  Storing(
      FileLayer.Settings settings,
      Shelf shelf,
      Store store,
      Expiry expiry,
      InstantSource clock,
      Disk disk,
      Room room,
      Outage outage) {
    this.settings = settings;
    this.shelf = shelf;
    this.store = store;
    this.expiry = expiry;
    this.clock = clock;
    this.disk = disk;
    this.room = room;
    this.outage = outage;
  }

  Opening open(Entry entry, long bodyBytes) throws IOException {
    long limit = settings.maxBytes() / BODY_FRACTION;
    if (bodyBytes > limit) {
      return new Opening.Declined(SkipReason.TOO_LARGE);
    }
    if (!outage.admits()) {
      return new Opening.Declined(SkipReason.LAYER_OFF);
    }
    if (hasTooManyVariants(entry)) {
      return new Opening.Declined(SkipReason.TOO_MANY_VARIANTS);
    }
    store.secure(entry.fenced().fence());
    return new Opening.Writing(writer(entry, bodyBytes, limit));
  }

  boolean refresh(Entry previous, Entry refreshed) throws IOException {
    Path path = shelf.folders().file(previous);
    Optional<EntryFile> stored = shelf.sound(path);
    if (stored.isEmpty()) {
      return false;
    }
    try (EntryFile file = stored.get()) {
      if (!file.entry().key().equals(previous.key())
          || !file.entry().head().equals(previous.head())) {
        return false;
      }
      store.secure(refreshed.fenced().fence());
      copyBody(file, refreshed);
    } catch (MalformedEntryException e) {
      shelf.setAside(path, e);
      return false;
    }
    if (!shelf.folders().file(refreshed).equals(path)) {
      shelf.delete(path);
    }
    return true;
  }

  private void copyBody(EntryFile from, Entry to) throws IOException {
    EntryWriter writer = writer(to, from.bodyBytes(), from.bodyBytes());
    try {
      for (int block = 0; block < Blocks.count(from.bodyBytes()); block++) {
        writer.write(from.block(block));
      }
      writer.commit();
    } finally {
      writer.abandon();
    }
  }

  private EntryWriter writer(Entry entry, long bodyBytes, long limit) throws IOException {
    ByteBuffer owner = FileFormat.owner(store.id(), store.boot());
    ByteBuffer encoded = EntryFormat.encode(entry);
    ByteBuffer head =
        ByteBuffer.allocate(owner.remaining() + encoded.remaining()).put(owner).put(encoded).flip();
    return new FileWriter(
        disk,
        shelf.folders().nextTemp(),
        head,
        bodyBytes,
        limit,
        outage,
        (temp, fileBytes) -> commit(entry, temp, fileBytes));
  }

  private void commit(Entry entry, Path temp, long fileBytes) throws IOException {
    shelf.put(entry, temp, fileBytes, clock.instant(), there -> isLater(there, entry));
    try {
      room.make();
    } catch (IOException e) {
      // The entry is stored nevertheless; the next one makes room.
      outage.failed(e);
    }
  }

  /// As in memory: what was received later stays, unless it seems to come from the future.
  private boolean isLater(Path there, Entry added) throws IOException {
    Optional<EntryFile> stored = shelf.sound(there);
    if (stored.isEmpty()) {
      return false;
    }
    try (EntryFile file = stored.get()) {
      return isLater(file.entry(), added) && !file.receivedAt().isAfter(clock.instant());
    }
  }

  /// Of two that came at the same instant the one under the later fence counts: the other may be
  /// purged.
  private static boolean isLater(Entry stored, Entry added) {
    int order = stored.head().receivedAt().compareTo(added.head().receivedAt());
    Fence storedFence = stored.fenced().fence();
    Fence addedFence = added.fenced().fence();
    return order > 0
        || (order == 0
            && storedFence.lineage() == addedFence.lineage()
            && storedFence.stamp() > addedFence.stamp());
  }

  private boolean hasTooManyVariants(Entry entry) throws IOException {
    Path own = shelf.folders().file(entry);
    List<Path> others = new ArrayList<>(shelf.folders().files(entry.key()));
    others.remove(own);
    if (others.size() < settings.variants()) {
      return false;
    }
    int alive = 0;
    for (Path path : others) {
      alive += shelf.isExpired(path, expiry, clock.instant()) ? 0 : 1;
    }
    return alive >= settings.variants();
  }
}
