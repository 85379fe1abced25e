package dev.terrace.layer.file;

import dev.terrace.http.BodyReader;
import dev.terrace.layer.MalformedEntryException;
import dev.terrace.layer.StoredBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;

/// A body that is read from its file, one of more than one block above all. The file is opened anew
/// by each reader, which makes sure that it is the same still, and is verified block by block
/// before a byte of the block is given out.
final class FileBody implements StoredBody {
  private final Path path;
  private final long bodyBytes;
  private final EntryFile.Identity expected;
  private final EntryFile.CorruptFiles corrupt;

  /// @param expected may be closed meanwhile
  FileBody(EntryFile expected, EntryFile.CorruptFiles corrupt) {
    this.path = expected.path();
    this.bodyBytes = expected.bodyBytes();
    this.expected = expected.identity();
    this.corrupt = corrupt;
  }

  @Override
  public long bytes() {
    return bodyBytes;
  }

  @Override
  public BodyReader open(long offset, long length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes());
    EntryFile file = EntryFile.open(path);
    if (!file.identity().equals(expected)) {
      file.close();
      throw new IOException("the file was replaced since it was found");
    }
    return new Reader(file, offset, offset + length);
  }

  private final class Reader implements BodyReader {
    private final EntryFile file;
    private final long end;
    private long next;

    Reader(EntryFile file, long begin, long end) {
      this.file = file;
      this.next = begin;
      this.end = end;
    }

    @Override
    public ByteBuffer read() throws IOException {
      if (next == end) {
        return ByteBuffer.allocate(0);
      }
      int block = Math.toIntExact(next / Blocks.BLOCK_BYTES);
      long blockBegin = (long) block * Blocks.BLOCK_BYTES;
      ByteBuffer bytes = block(block);
      bytes.limit((int) Math.min(bytes.limit(), end - blockBegin));
      bytes.position((int) (next - blockBegin));
      next += bytes.remaining();
      return bytes;
    }

    private ByteBuffer block(int block) throws IOException {
      try {
        return file.block(block);
      } catch (MalformedEntryException e) {
        corrupt.found(path, e);
        throw e;
      }
    }

    @Override
    public void close() {
      try {
        file.close();
      } catch (IOException e) {
        // It was only read from: nothing is lost.
      }
    }
  }
}
