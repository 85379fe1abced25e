package dev.terrace.flow;

import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import dev.terrace.layer.OpenBody;
import dev.terrace.layer.Samples;
import dev.terrace.layer.StoredBody;
import dev.terrace.layer.StoredResponse;
import dev.terrace.rules.LayerName;
import java.nio.ByteBuffer;
import java.util.Optional;

/// Hits for tests of whoever sends them.
public final class PlainHits {
  private PlainHits() {}

  /// @param fields of the stored answer as clients are shown them
  /// @param body in memory, shared by every hit
  public static PlainHit of(Headers fields, ByteBuffer body, long ageSeconds, long ttlSeconds) {
    StoredResponse stored = new StoredResponse(Samples.entry("/"), new InMemory(body));
    HitHead head = new HitHead(fields, body.remaining(), "", LayerName.MEMORY);
    return new PlainHit(
        stored, LayerName.MEMORY, body.duplicate(), Optional.empty(), head, ageSeconds, ttlSeconds);
  }

  /// @param body in a file that is open
  public static PlainHit inFile(Headers fields, OpenBody body, long ageSeconds, long ttlSeconds) {
    StoredResponse stored = new StoredResponse(Samples.entry("/"), new InFile(body));
    HitHead head = new HitHead(fields, body.bytes(), "", LayerName.FILE);
    return new PlainHit(
        stored,
        LayerName.FILE,
        ByteBuffer.allocate(0),
        Optional.of(body),
        head,
        ageSeconds,
        ttlSeconds);
  }

  private record InFile(OpenBody file) implements StoredBody {
    @Override
    public long bytes() {
      return file.bytes();
    }

    @Override
    public BodyReader open(long offset, long length) {
      throw new UnsupportedOperationException("event loops use the file itself");
    }

    @Override
    public Optional<OpenBody> inOpenFile() {
      return Optional.of(file);
    }
  }

  private record InMemory(ByteBuffer body) implements StoredBody {
    @Override
    public long bytes() {
      return body.remaining();
    }

    @Override
    public BodyReader open(long offset, long length) {
      return BodyReader.of(body.slice((int) offset, (int) length));
    }

    @Override
    public Optional<ByteBuffer> inMemory() {
      return Optional.of(body.duplicate());
    }
  }
}
