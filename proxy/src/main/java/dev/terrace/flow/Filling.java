package dev.terrace.flow;

import dev.terrace.http.BodyReader;
import dev.terrace.layer.EntryWriter;
import dev.terrace.layer.Opening;
import dev.terrace.rules.Rule;
import dev.terrace.rules.StorePolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Moves the bytes of a shared answer from the target to the relay and the layers. Used once, by
/// the fetch's thread.
final class Filling {
  private static final Logger LOG = LoggerFactory.getLogger(Filling.class);

  private final Relay relay;
  private final OptionalLong statedBytes;
  private final Optional<Rule> governing;
  private Optional<EntryWriter> writer;
  private long totalBytes;
  private boolean complete;
  private boolean sliding;

  Filling(Relay relay, Opening opening, OptionalLong statedBytes, Optional<Rule> governing) {
    this.relay = relay;
    this.statedBytes = statedBytes;
    this.governing = governing;
    this.writer =
        switch (opening) {
          case Opening.Writing(EntryWriter taken) -> Optional.of(taken);
          case Opening.Declined _ -> {
            relay.refuseLatecomers();
            yield Optional.empty();
          }
        };
    slideUnlessKept();
  }

  /// Nobody keeps the whole body in memory but who stores it there.
  private void slideUnlessKept() {
    if (!sliding && !writer.map(EntryWriter::keepsInMemory).orElse(false)) {
      sliding = true;
      relay.slide();
    }
  }

  /// Reads the body to its end and closes it. The entry is committed before the last byte of a
  /// stated length, or the end of another, is relayed: who has the whole answer finds it stored.
  void fill(BodyReader body) throws InterruptedException {
    try (body) {
      ByteBuffer next = body.read();
      while (next.hasRemaining() && isWanted()) {
        totalBytes += next.remaining();
        store(next);
        ByteBuffer current = next;
        boolean last = statedBytes.isPresent() && totalBytes >= statedBytes.getAsLong();
        if (last) {
          next = body.read();
          commit();
          relay.put(current);
        } else {
          relay.put(current);
          next = body.read();
        }
      }
      if (next.hasRemaining()) {
        throw new IOException("nobody reads this answer and no layer stores it");
      }
      commit();
      relay.end(body.trailers());
    } catch (IOException e) {
      relay.fail(e);
    } finally {
      writer.ifPresent(EntryWriter::abandon);
      relay.fail(new IOException("the fetch was given up"));
    }
  }

  private boolean isWanted() {
    return writer.isPresent() || complete || relay.hasReaders();
  }

  private void store(ByteBuffer bytes) {
    if (writer.isEmpty()) {
      return;
    }
    try {
      writer.get().write(bytes.duplicate());
    } catch (IOException e) {
      LOG.debug("A body is not stored: {}", e.getMessage());
      writer.get().abandon();
      writer = Optional.empty();
      relay.refuseLatecomers();
    }
    slideUnlessKept();
  }

  private void commit() {
    complete = true;
    if (writer.isEmpty()) {
      return;
    }
    EntryWriter ending = writer.get();
    writer = Optional.empty();
    if (!StorePolicy.acceptsSize(governing, totalBytes)) {
      relay.refuseLatecomers();
      ending.abandon();
      return;
    }
    try {
      ending.commit();
    } catch (IOException e) {
      // A layer's fault never fails the answer; the layer has told the observer.
      relay.refuseLatecomers();
      LOG.debug("An entry was not stored: {}", e.getMessage());
    }
  }
}
