package dev.terrace.layer.file;

import dev.terrace.layer.HotKeys;
import dev.terrace.layer.HotKeysFormat;
import dev.terrace.layer.MalformedEntryException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;

/// The list of this instance, in a file beside what the file layer keeps: readable by this user
/// alone, replaced as a whole. One thread at a time.
public final class HotKeysFile implements HotKeys {
  private final Path file;
  private final Path next;

  /// @param directory of the file layer, which is this process's own
  public HotKeysFile(Path directory) {
    this.file = directory.resolve("warm");
    this.next = directory.resolve("warm.next");
  }

  @Override
  public List<List<String>> read() throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      long length = channel.size();
      if (length > HotKeysFormat.LIMIT) {
        throw new MalformedEntryException("no list of keys in " + length + " bytes");
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) length);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
      return List.of(HotKeysFormat.decode(bytes.array()));
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  @Override
  public void write(List<String> digests) throws IOException {
    Files.deleteIfExists(next);
    try (FileChannel channel =
        FileChannel.open(
            next,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            LocalDisk.OWNER_ALONE)) {
      ByteBuffer bytes = ByteBuffer.wrap(HotKeysFormat.encode(digests));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
