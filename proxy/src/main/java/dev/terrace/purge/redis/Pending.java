package dev.terrace.purge.redis;

import dev.terrace.purge.PurgeRequest;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Purges accepted here, until the log has them; then, and of those of others, what is known of
/// them, for receipts. Guarded by its owner.
final class Pending {
  private static final int MOST_LOGGED = 10_000;

  /// With their scopes.
  private static final int MOST_REMEMBERED = 1_000;

  /// Purges in one step.
  private static final int MOST_ASKED = 100;

  /// Bytes of scopes in one step, more or less.
  private static final int MOST_ASKED_BYTES = 4 << 20;

  /// @param lineage in which the log has it
  record Logged(long lineage, long seq) {}

  private final LinkedHashMap<String, PurgeRequest> waiting = new LinkedHashMap<>();
  private final Map<String, Logged> found = new LinkedHashMap<>();
  private final LinkedHashMap<String, PurgeRequest> remembered = new LinkedHashMap<>();
  private final LinkedHashMap<String, Logged> logged =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Logged> eldest) {
          return size() > MOST_LOGGED;
        }
      };

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  boolean isKnown(String id) {
    return waiting.containsKey(id) || logged.containsKey(id);
  }

  boolean isWaiting(String id) {
    return waiting.containsKey(id);
  }

  Optional<Logged> logged(String id) {
    return Optional.ofNullable(logged.get(id));
  }

  int size() {
    return waiting.size();
  }

  void add(PurgeRequest purge) {
    waiting.put(purge.id(), purge);
  }

  List<PurgeRequest> all() {
    return List.copyOf(waiting.values());
  }

  /// Whether there are some that the log is not known to have.
  boolean hasNext() {
    return waiting.keySet().stream().anyMatch(id -> !found.containsKey(id));
  }

  /// The next to be put into the log.
  List<PurgeRequest> next() {
    List<PurgeRequest> next = new ArrayList<>();
    int bytes = 0;
    for (PurgeRequest purge : waiting.values()) {
      if (found.containsKey(purge.id())) {
        continue;
      }
      bytes += ControlKey.record(purge).length;
      if (next.size() == MOST_ASKED || (bytes > MOST_ASKED_BYTES && !next.isEmpty())) {
        break;
      }
      next.add(purge);
    }
    return next;
  }

  /// The log has it, as far as an answer tells that may be of a node that is not the rightful one.
  void found(String id, long lineage, long seq) {
    found.put(id, new Logged(lineage, seq));
  }

  /// Ids of purges accepted here that were found and wait for a rightful answer.
  List<String> foundIds() {
    return found.keySet().stream().filter(waiting::containsKey).toList();
  }

  /// Keeps what was asked for, here or elsewhere, for who asks for its receipt.
  void remember(PurgeRequest purge) {
    remembered.put(purge.id(), purge);
    if (remembered.size() > MOST_REMEMBERED) {
      remembered.pollFirstEntry();
    }
  }

  Optional<PurgeRequest> remembered(String id) {
    return Optional.ofNullable(waiting.get(id)).or(() -> Optional.ofNullable(remembered.get(id)));
  }

  /// What was found is sure.
  void confirmFound() {
    found.forEach(
        (id, place) -> {
          waiting.remove(id);
          logged.put(id, place);
        });
    found.clear();
  }

  /// What was found was found in a lineage that is left.
  void forgetFound() {
    found.clear();
  }

  /// Everything that waits.
  Map<Mode, List<Scope>> scopes() {
    Map<Mode, List<Scope>> scopes = new EnumMap<>(Mode.class);
    waiting
        .values()
        .forEach(
            purge ->
                scopes
                    .computeIfAbsent(purge.mode(), _ -> new ArrayList<>())
                    .addAll(purge.scopes()));
    return scopes;
  }
}
