package dev.terrace.layer;

import dev.terrace.rules.SkipReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// Gives one body to several layers. A layer that fails is left out; only when none is left does
/// the whole fail, with the reason of the last.
final class TeeWriter implements EntryWriter {
  private final List<EntryWriter> writers;
  private final Runnable committed;

  /// @param committed run once the entry is visible in one of them
  TeeWriter(List<EntryWriter> writers, Runnable committed) {
    this.writers = new ArrayList<>(writers);
    this.committed = committed;
  }

  private interface Action {
    void on(EntryWriter writer) throws IOException;
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    onEach(writer -> writer.write(bytes));
  }

  @Override
  public void commit() throws IOException {
    onEach(EntryWriter::commit);
    committed.run();
  }

  @Override
  public void abandon() {
    writers.forEach(EntryWriter::abandon);
  }

  @Override
  public boolean keepsInMemory() {
    return writers.stream().anyMatch(EntryWriter::keepsInMemory);
  }

  private void onEach(Action action) throws IOException {
    IOException last = new RefusedException(SkipReason.LAYER_OFF);
    for (Iterator<EntryWriter> each = writers.iterator(); each.hasNext(); ) {
      EntryWriter writer = each.next();
      try {
        action.on(writer);
      } catch (IOException e) {
        writer.abandon();
        each.remove();
        last = e;
      }
    }
    if (writers.isEmpty()) {
      throw last;
    }
  }
}
