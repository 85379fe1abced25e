package dev.terrace.purge.redis;

import dev.terrace.purge.PurgeRequest;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Optional;

/// Purge requests by id, the oldest first, and how much they come to. Guarded by its owner.
final class Requests {
  private final LinkedHashMap<String, PurgeRequest> byId = new LinkedHashMap<>();
  private long bytes;

  /// @param bytes of records, at the most
  record Bound(int count, long bytes) {}

  boolean isEmpty() {
    return byId.isEmpty();
  }

  int size() {
    return byId.size();
  }

  boolean contains(String id) {
    return byId.containsKey(id);
  }

  Optional<PurgeRequest> get(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  Collection<PurgeRequest> all() {
    return byId.values();
  }

  /// Adds one as the newest, in place of one with its id.
  void put(PurgeRequest purge) {
    remove(purge.id());
    byId.put(purge.id(), purge);
    bytes += ControlKey.mostBytes(purge);
  }

  void remove(String id) {
    PurgeRequest removed = byId.remove(id);
    if (removed != null) {
      bytes -= ControlKey.mostBytes(removed);
    }
  }

  void removeOldest() {
    remove(byId.firstEntry().getKey());
  }

  void clear() {
    byId.clear();
    bytes = 0;
  }

  boolean isWithin(Bound most) {
    return byId.size() <= most.count() && bytes <= most.bytes();
  }
}
