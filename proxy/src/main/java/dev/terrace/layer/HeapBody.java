package dev.terrace.layer;

import dev.terrace.http.BodyReader;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/// A body in one array, which is never written to again.
public final class HeapBody implements StoredBody {
  private final byte[] content;

  public HeapBody(byte[] content) {
    this.content = content;
  }

  @Override
  public long bytes() {
    return content.length;
  }

  @Override
  public BodyReader open(long offset, long length) {
    Objects.checkFromIndexSize(offset, length, content.length);
    return BodyReader.of(
        ByteBuffer.wrap(content, (int) offset, (int) length).slice().asReadOnlyBuffer());
  }

  @Override
  public Optional<ByteBuffer> inMemory() {
    return Optional.of(ByteBuffer.wrap(content).asReadOnlyBuffer());
  }
}
