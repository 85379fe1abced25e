package dev.terrace.flow;

import dev.terrace.layer.EntryWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/// Stores a part: leaves out the first bytes that it is given, because what it continues has them
/// already, and gives up in the end where a whole was stored meanwhile. Used by one thread.
final class PartWriter implements EntryWriter {
  private final EntryWriter writer;
  private final BooleanSupplier displacesWhole;
  private long toSkip;

  /// @param skip how many bytes are left out
  /// @param displacesWhole asked before the commit
  PartWriter(EntryWriter writer, long skip, BooleanSupplier displacesWhole) {
    this.writer = writer;
    this.toSkip = skip;
    this.displacesWhole = displacesWhole;
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    int skipped = (int) Math.min(toSkip, bytes.remaining());
    toSkip -= skipped;
    if (skipped < bytes.remaining()) {
      writer.write(bytes.slice(bytes.position() + skipped, bytes.remaining() - skipped));
    }
  }

  @Override
  public void commit() throws IOException {
    if (displacesWhole.getAsBoolean()) {
      writer.abandon();
    } else {
      writer.commit();
    }
  }

  @Override
  public void abandon() {
    writer.abandon();
  }

  @Override
  public boolean keepsInMemory() {
    return writer.keepsInMemory();
  }
}
