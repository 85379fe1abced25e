package dev.terrace.layer;

import dev.terrace.http.BodyReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/// Copies a response from a lower layer to an upper one, whole and as it is: its times and its fence
/// go with it. A copy that fails leaves nothing behind.
///
/// What lies in memory as one buffer is copied at once, so that the next request finds it above;
/// longer bodies behind the client's back, a bounded number of them at a time. Safe for use by any
/// thread.
final class Promotion {
  private static final int MOST_UNDER_WAY = 16;

  private final Expiry expiry;
  private final InstantSource clock;
  private final Set<Entry> underWay = ConcurrentHashMap.newKeySet();

  Promotion(Expiry expiry, InstantSource clock) {
    this.expiry = expiry;
    this.clock = clock;
  }

  /// Where a copy goes.
  interface Target {
    Opening open(Entry entry, long bodyBytes) throws IOException;
  }

  void promote(StoredResponse response, Target target, Executor executor) {
    if (!clock.instant().isBefore(expiry.of(response.entry().head()))) {
      return;
    }
    if (response.body().inMemory().isPresent()) {
      atOnce(response, target);
    } else if (underWay.size() < MOST_UNDER_WAY && underWay.add(response.entry())) {
      executor.execute(
          () -> {
            try {
              copy(response, target);
            } finally {
              underWay.remove(response.entry());
            }
          });
    }
  }

  /// Copies a body that lies in memory; any other is left where it is.
  void atOnce(StoredResponse response, Target target) {
    if (response.body().inMemory().isPresent()) {
      copy(response, target);
    }
  }

  private static void copy(StoredResponse response, Target target) {
    try {
      switch (target.open(response.entry(), response.body().bytes())) {
        case Opening.Declined(_) -> {}
        case Opening.Writing(EntryWriter writer) -> copy(response.body(), writer);
      }
    } catch (IOException e) {
      // The guard of the layer that failed has told of it; the response stays where it was.
    }
  }

  private static void copy(StoredBody body, EntryWriter writer) throws IOException {
    try (BodyReader reader = body.open(0, body.bytes())) {
      for (ByteBuffer next = reader.read(); next.hasRemaining(); next = reader.read()) {
        writer.write(next);
      }
      writer.commit();
    } finally {
      writer.abandon();
    }
  }
}
