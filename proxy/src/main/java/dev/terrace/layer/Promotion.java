package dev.terrace.layer;

import dev.terrace.http.BodyReader;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.Expiry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/// Copies a response from a lower layer to upper ones, whole and as it is: its times and its fence
/// go with it. A copy that fails leaves nothing behind.
///
/// What lies in memory as one buffer is copied at once, so that the next request finds it above;
/// longer bodies behind the client's back, a bounded number of them at a time. Safe for use by any
/// thread.
final class Promotion {
  private static final int MOST_UNDER_WAY = 16;

  private final Expiry expiry;
  private final InstantSource clock;
  private final Set<CacheKey> underWay = ConcurrentHashMap.newKeySet();

  Promotion(Expiry expiry, InstantSource clock) {
    this.expiry = expiry;
    this.clock = clock;
  }

  /// Where a copy goes.
  interface Target {
    Opening open(Entry entry, long bodyBytes);
  }

  void promote(StoredResponse response, List<Target> targets, Executor executor) {
    CacheKey key = response.entry().key();
    if (targets.isEmpty() || !clock.instant().isBefore(expiry.of(response.entry().head()))) {
      return;
    }
    if (response.body().inMemory().isPresent()) {
      copy(response, targets);
    } else if (underWay.size() < MOST_UNDER_WAY && underWay.add(key)) {
      executor.execute(
          () -> {
            try {
              copy(response, targets);
            } finally {
              underWay.remove(key);
            }
          });
    }
  }

  static void copy(StoredResponse response, List<Target> targets) {
    StoredBody body = response.body();
    List<EntryWriter> writers = new ArrayList<>();
    for (Target target : targets) {
      if (target.open(response.entry(), body.bytes())
          instanceof Opening.Writing(EntryWriter writer)) {
        writers.add(writer);
      }
    }
    if (writers.isEmpty()) {
      return;
    }
    EntryWriter writer = new TeeWriter(writers, () -> {});
    try (BodyReader reader = body.open(0, body.bytes())) {
      for (ByteBuffer next = reader.read(); next.hasRemaining(); next = reader.read()) {
        writer.write(next);
      }
      writer.commit();
    } catch (IOException e) {
      // The guard of the layer that failed has told of it; the response stays where it was.
      writer.abandon();
    }
  }
}
