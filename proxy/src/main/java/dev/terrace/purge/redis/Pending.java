package dev.terrace.purge.redis;

import dev.terrace.purge.PurgeRequest;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Purges accepted here, until the log has them; then, and of those of others, what is known of
/// them, for receipts. Guarded by its owner.
final class Pending {
  private static final int MOST_LOGGED = 10_000;

  /// Purges that wait; more are folded.
  private static final int MOST_WAITING = 50_000;

  /// Bytes of their scopes, by the most that they may take.
  private static final long MOST_WAITING_BYTES = 64L << 20;

  /// With their scopes.
  private static final int MOST_REMEMBERED = 1_000;

  /// Purges in one step.
  private static final int MOST_ASKED = 100;

  /// Bytes of scopes in one step, more or less.
  private static final int MOST_ASKED_BYTES = 4 << 20;

  /// @param lineage in which the log has it
  record Logged(long lineage, long seq) {}

  /// What was put in place of others.
  ///
  /// @param ids that do not wait any more
  /// @param instead that wait in their place
  record Fold(List<String> ids, List<PurgeRequest> instead) {}

  private final LinkedHashMap<String, PurgeRequest> waiting = new LinkedHashMap<>();
  private long waitingBytes;

  /// Ids of folded purges, and of those in their place.
  private final LinkedHashMap<String, String> folded = new LinkedHashMap<>();

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

  /// The id under which it waits or was logged: another one if it was folded.
  String current(String id) {
    return folded.getOrDefault(id, id);
  }

  boolean isKnown(String id) {
    return waiting.containsKey(current(id)) || logged.containsKey(current(id));
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
    if (waiting.put(purge.id(), purge) == null) {
      waitingBytes += ControlKey.mostBytes(purge);
    }
  }

  private void remove(String id) {
    PurgeRequest removed = waiting.remove(id);
    if (removed != null) {
      waitingBytes -= ControlKey.mostBytes(removed);
    }
  }

  /// Whether so many wait that those nobody was promised anything of are better left out.
  boolean isCrowded() {
    return waiting.size() > MOST_WAITING / 2 || waitingBytes > MOST_WAITING_BYTES / 2;
  }

  /// Puts one purge of everything a mode in place of what waits, if that is too much: it covers the
  /// same and more, and since it gets a place in the log later than any of them was accepted,
  /// everything that they cover.
  Optional<Fold> fold(Instant at, RandomGenerator random) {
    if (waiting.size() <= MOST_WAITING && waitingBytes <= MOST_WAITING_BYTES) {
      return Optional.empty();
    }
    Map<Mode, PurgeRequest> instead = new EnumMap<>(Mode.class);
    Map<String, String> places = new LinkedHashMap<>();
    for (PurgeRequest purge : waiting.values()) {
      PurgeRequest everything =
          instead.computeIfAbsent(purge.mode(), mode -> everything(mode, at, random));
      places.put(purge.id(), everything.id());
    }
    folded.replaceAll((_, id) -> places.getOrDefault(id, id));
    folded.putAll(places);
    while (folded.size() > MOST_LOGGED) {
      folded.pollFirstEntry();
    }
    found.keySet().removeAll(places.keySet());
    waiting.clear();
    waitingBytes = 0;
    instead.values().forEach(this::add);
    return Optional.of(new Fold(List.copyOf(places.keySet()), List.copyOf(instead.values())));
  }

  private static PurgeRequest everything(Mode mode, Instant at, RandomGenerator random) {
    return new PurgeRequest(
        UUID.randomUUID().toString(), random.nextLong(), List.of(new Scope.Everything()), mode, at);
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
      bytes += ControlKey.mostBytes(purge);
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
          remove(id);
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
