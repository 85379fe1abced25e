package dev.terrace.flow;

import dev.terrace.http.BodyReader;
import dev.terrace.http.ByteRange;
import dev.terrace.layer.StoredBody;
import dev.terrace.rules.MultipartRanges;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Several ranges of a stored body as one multipart/byteranges body (RFC 9110 §14.6), read as it is
/// sent. Used by one thread.
final class MultipartBody implements BodyReader {
  private static final ByteBuffer END = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private final MultipartRanges framing;
  private final StoredBody body;
  private BodyReader part = BodyReader.empty();
  private int next;

  MultipartBody(MultipartRanges framing, StoredBody body) {
    this.framing = framing;
    this.body = body;
  }

  @Override
  public ByteBuffer read() throws IOException {
    ByteBuffer bytes = part.read();
    if (bytes.hasRemaining()) {
      return bytes;
    }
    part.close();
    int index = next++;
    if (index > framing.ranges().size()) {
      return END;
    }
    if (index == framing.ranges().size()) {
      part = BodyReader.empty();
      return ByteBuffer.wrap(framing.tail());
    }
    ByteRange range = framing.ranges().get(index);
    part = body.open(range.first(), range.bytes());
    return ByteBuffer.wrap(framing.partHead(index));
  }

  @Override
  public void close() {
    part.close();
  }
}
