package dev.terrace.flow;

import dev.terrace.http.BodyReader;
import dev.terrace.layer.StoredBody;
import dev.terrace.rules.MultipartRanges;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Several ranges of a stored body as one `multipart/byteranges` (RFC 9110 §14.6), read as they are
/// sent: one range is open at a time.
final class RangesBody implements BodyReader {
  private final MultipartRanges parted;
  private final StoredBody stored;
  private BodyReader current = BodyReader.empty();
  private int opened;
  private boolean tailRead;

  RangesBody(MultipartRanges parted, StoredBody stored) {
    this.parted = parted;
    this.stored = stored;
  }

  @Override
  public ByteBuffer read() throws IOException {
    ByteBuffer next = current.read();
    if (next.hasRemaining() || tailRead) {
      return next;
    }
    current.close();
    current = BodyReader.empty();
    if (opened == parted.ranges().size()) {
      tailRead = true;
      return ByteBuffer.wrap(parted.tail());
    }
    var range = parted.ranges().get(opened);
    current = stored.open(range.first(), range.bytes());
    return ByteBuffer.wrap(parted.partHead(opened++));
  }

  @Override
  public void close() {
    current.close();
  }
}
