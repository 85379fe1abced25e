package dev.terrace.layer.redis;

import dev.terrace.http.BodyReader;
import dev.terrace.layer.MalformedEntryException;
import dev.terrace.layer.StoredBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/// A body of several chunks, which are fetched and verified one by one: a reader holds one of them.
final class RedisBody implements StoredBody {
  /// Where chunks come from.
  interface Source {
    /// @throws MalformedEntryException if the chunk is damaged
    /// @throws IOException if it is gone, or Redis failed
    byte[] chunk(int number) throws IOException;
  }

  private final Manifest manifest;
  private final Source source;

  RedisBody(Manifest manifest, Source source) {
    this.manifest = manifest;
    this.source = source;
  }

  @Override
  public long bytes() {
    return manifest.bodyBytes();
  }

  /// Fetches the first chunk that is wanted, so that a body that is gone is missed in time.
  @Override
  public BodyReader open(long offset, long length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes());
    Reader reader = new Reader(offset, offset + length);
    reader.fetch();
    return reader;
  }

  private final class Reader implements BodyReader {
    private final long end;
    private long next;
    private ByteBuffer fetched = ByteBuffer.allocate(0);

    Reader(long begin, long end) {
      this.next = begin;
      this.end = end;
    }

    private void fetch() throws IOException {
      if (next == end) {
        fetched = ByteBuffer.allocate(0);
        return;
      }
      int number = Math.toIntExact(next / Manifest.CHUNK_BYTES);
      long begin = (long) number * Manifest.CHUNK_BYTES;
      byte[] chunk = source.chunk(number);
      int from = (int) (next - begin);
      int to = (int) Math.min(chunk.length, end - begin);
      fetched = ByteBuffer.wrap(chunk, from, to - from).slice().asReadOnlyBuffer();
      next = begin + to;
    }

    @Override
    public ByteBuffer read() throws IOException {
      if (!fetched.hasRemaining()) {
        fetch();
      }
      ByteBuffer result = fetched;
      fetched = ByteBuffer.allocate(0);
      return result;
    }

    @Override
    public void close() {
      fetched = ByteBuffer.allocate(0);
    }
  }
}
