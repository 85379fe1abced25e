package dev.terrace.layer.file;

import dev.terrace.http.BodyReader;
import dev.terrace.layer.Entry;
import dev.terrace.layer.EntryFormat;
import dev.terrace.layer.MalformedEntryException;
import dev.terrace.layer.StoredBody;
import dev.terrace.layer.file.FileFormat.Trailer;
import dev.terrace.rules.CacheKey;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// One file of the layer, open for reading, its head and trailer verified. Who opened it closes it.
/// Used by one thread at a time.
final class EntryFile implements Closeable {
  /// Covers head and trailer of most entries, and the whole of small ones.
  private static final int FIRST_READ_BYTES = 16 * 1024;

  private static final int LEAST_BYTES = FileFormat.FIRST_BYTES + FileFormat.trailerBytes(0);

  private final Path path;
  private final BasicFileAttributes attributes;
  private final FileChannel channel;
  private final FileFormat.Owner owner;
  private final Entry entry;
  private final Trailer trailer;
  private final int headBytes;

  /// The file from its beginning, as far as it was read.
  private final ByteBuffer begun;

  private EntryFile(
      Path path,
      BasicFileAttributes attributes,
      FileChannel channel,
      FileFormat.Owner owner,
      Entry entry,
      Trailer trailer,
      int headBytes,
      ByteBuffer begun) {
    this.path = path;
    this.attributes = attributes;
    this.channel = channel;
    this.owner = owner;
    this.entry = entry;
    this.trailer = trailer;
    this.headBytes = headBytes;
    this.begun = begun;
  }

  /// @throws MalformedEntryException if it is no file of the layer, or not whole
  /// @throws java.nio.file.NoSuchFileException if it is not there
  static EntryFile open(Path path) throws IOException {
    // Before it is opened: whatever happens to it afterwards shows in comparison with them.
    BasicFileAttributes attributes =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    FileChannel channel = open(path, attributes);
    try {
      return read(path, attributes, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /// No link is followed, and nothing is opened that could block, such as a pipe.
  private static FileChannel open(Path path, BasicFileAttributes attributes) throws IOException {
    if (!attributes.isRegularFile()) {
      throw new MalformedEntryException("not a regular file");
    }
    return FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
  }

  private static EntryFile read(Path path, BasicFileAttributes attributes, FileChannel channel)
      throws IOException {
    long fileBytes = channel.size();
    if (fileBytes < LEAST_BYTES) {
      throw new MalformedEntryException("a file of " + fileBytes + " bytes");
    }
    ByteBuffer begun = read(channel, 0, (int) Math.min(fileBytes, FIRST_READ_BYTES));
    FileFormat.Owner owner = FileFormat.readOwner(begun.duplicate());
    int headBytes =
        FileFormat.FIRST_BYTES
            + EntryFormat.headBytes(
                begun.slice(FileFormat.OWNER_BYTES, EntryFormat.PREAMBLE_BYTES));
    if (headBytes > fileBytes - FileFormat.LAST_BYTES) {
      throw new MalformedEntryException("a head of " + headBytes + " bytes in " + fileBytes);
    }
    if (headBytes > begun.limit()) {
      begun = read(channel, 0, headBytes);
    }
    Entry entry =
        EntryFormat.decode(begun.slice(FileFormat.OWNER_BYTES, headBytes - FileFormat.OWNER_BYTES));
    return new EntryFile(
        path,
        attributes,
        channel,
        owner,
        entry,
        trailer(channel, begun, headBytes),
        headBytes,
        begun);
  }

  private static Trailer trailer(FileChannel channel, ByteBuffer begun, int headBytes)
      throws IOException {
    long fileBytes = channel.size();
    ByteBuffer last =
        part(channel, begun, fileBytes - FileFormat.LAST_BYTES, FileFormat.LAST_BYTES);
    long bodyBytes = FileFormat.bodyBytes(last, headBytes, fileBytes);
    int trailerBytes = FileFormat.trailerBytes(bodyBytes);
    return FileFormat.readTrailer(
        begun.slice(0, FileFormat.FIRST_BYTES),
        part(channel, begun, fileBytes - trailerBytes, trailerBytes));
  }

  Path path() {
    return path;
  }

  FileFormat.Owner owner() {
    return owner;
  }

  Entry entry() {
    return entry;
  }

  Instant receivedAt() {
    return entry.head().receivedAt();
  }

  long fileBytes() {
    return headBytes + trailer.bodyBytes() + FileFormat.trailerBytes(trailer.bodyBytes());
  }

  /// The body: in memory and verified where it is one block at most, else to be read from the file
  /// and verified block by block.
  StoredBody body(CorruptFiles corrupt) throws IOException {
    if (trailer.bodyBytes() > Blocks.BLOCK_BYTES) {
      return new FileBody(this, corrupt);
    }
    ByteBuffer body = part(channel, begun, headBytes, (int) trailer.bodyBytes());
    if (body.hasRemaining()) {
      verify(0, body);
    }
    return new BufferBody(body.asReadOnlyBuffer());
  }

  /// Reads and verifies one block of the body.
  ByteBuffer block(int block) throws IOException {
    long at = (long) block * Blocks.BLOCK_BYTES;
    int length = (int) Math.min(Blocks.BLOCK_BYTES, trailer.bodyBytes() - at);
    ByteBuffer bytes = read(channel, headBytes + at, length);
    verify(block, bytes);
    return bytes;
  }

  long bodyBytes() {
    return trailer.bodyBytes();
  }

  /// What a file is known again by, or a copy of it.
  record Identity(CacheKey key, int whole) {}

  Identity identity() {
    return new Identity(entry.key(), trailer.whole());
  }

  /// As they were before it was opened.
  BasicFileAttributes attributes() {
    return attributes;
  }

  FileChannel channel() {
    return channel;
  }

  /// Of owner and entry: where the body begins.
  int headBytes() {
    return headBytes;
  }

  int checksum(int block) {
    return trailer.checksum(block);
  }

  private void verify(int block, ByteBuffer bytes) throws MalformedEntryException {
    if (Blocks.checksum(bytes) != trailer.checksum(block)) {
      throw new MalformedEntryException("the checksum of block " + block + " is another");
    }
  }

  /// From what was read already, else from the file.
  private static ByteBuffer part(FileChannel channel, ByteBuffer begun, long at, int length)
      throws IOException {
    return at + length <= begun.limit() ? begun.slice((int) at, length) : read(channel, at, length);
  }

  private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, at + bytes.position()) < 0) {
        throw new MalformedEntryException("the file ends at " + (at + bytes.position()));
      }
    }
    return bytes.flip();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /// Takes files that turned out to be corrupt.
  interface CorruptFiles {
    void found(Path path, MalformedEntryException why);
  }

  private record BufferBody(ByteBuffer content) implements StoredBody {
    @Override
    public long bytes() {
      return content.capacity();
    }

    @Override
    public BodyReader open(long offset, long length) {
      return BodyReader.of(content.slice(Math.toIntExact(offset), Math.toIntExact(length)));
    }

    @Override
    public Optional<ByteBuffer> inMemory() {
      return Optional.of(content.duplicate());
    }
  }
}
