package dev.terrace.layer.memory;

import dev.terrace.layer.EntryWriter;
import dev.terrace.layer.RefusedException;
import dev.terrace.rules.SkipReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Takes a body of unknown length: keeps the buffers that come and copies them once, at the end,
/// into the array that is stored. For that moment the body takes up twice its bytes.
final class GrowingWriter implements EntryWriter {
  private final FillBudget budget;
  private final long limitBytes;
  private final Consumer<byte[]> store;
  private final List<ByteBuffer> parts = new ArrayList<>();
  private long bytesTaken;

  GrowingWriter(FillBudget budget, long limitBytes, Consumer<byte[]> store) {
    this.budget = budget;
    this.limitBytes = limitBytes;
    this.store = store;
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    if (bytes.remaining() > limitBytes - bytesTaken) {
      throw new RefusedException(SkipReason.TOO_LARGE);
    }
    switch (budget.reserve(bytes.remaining())) {
      case GRANTED -> {
        bytesTaken += bytes.remaining();
        parts.add(bytes.duplicate());
      }
      case USED_UP -> throw new RefusedException(SkipReason.NO_ROOM);
    }
  }

  @Override
  public void commit() {
    ByteBuffer body = ByteBuffer.allocate((int) bytesTaken);
    parts.forEach(body::put);
    abandon();
    store.accept(body.array());
  }

  @Override
  public void abandon() {
    budget.release(bytesTaken);
    bytesTaken = 0;
  }

  @Override
  public boolean keepsInMemory() {
    return true;
  }
}
