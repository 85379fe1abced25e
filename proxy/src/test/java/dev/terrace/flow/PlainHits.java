package dev.terrace.flow;

import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
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
