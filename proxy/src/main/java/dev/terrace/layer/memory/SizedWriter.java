package dev.terrace.layer.memory;

import dev.terrace.layer.EntryWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// Takes a body of known length into the array that it is stored in. Its bytes are reserved already
/// and given back at the end.
final class SizedWriter implements EntryWriter {
  private final FillBudget budget;
  private final Consumer<byte[]> store;
  private final ByteBuffer body;
  private long reservedBytes;

  SizedWriter(FillBudget budget, int bodyBytes, Consumer<byte[]> store) {
    this.budget = budget;
    this.store = store;
    this.body = ByteBuffer.allocate(bodyBytes);
    this.reservedBytes = bodyBytes;
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    if (bytes.remaining() > body.remaining()) {
      throw new IOException("a body longer than the " + body.capacity() + " bytes stated");
    }
    body.put(bytes.duplicate());
  }

  @Override
  public void commit() throws IOException {
    abandon();
    if (body.hasRemaining()) {
      throw new IOException(
          "a body of " + body.position() + " bytes where " + body.capacity() + " were stated");
    }
    store.accept(body.array());
  }

  @Override
  public void abandon() {
    budget.release(reservedBytes);
    reservedBytes = 0;
  }

  @Override
  public boolean keepsInMemory() {
    return true;
  }
}
